import { z } from 'zod';

/** A write failed since the disk, or the user's share of it, is full, or may not be written to at all. */
export function isOutOfSpace(error: unknown): boolean {
  return z.object({ code: z.enum(['ENOSPC', 'EDQUOT', 'EROFS']) }).safeParse(error).success;
}
