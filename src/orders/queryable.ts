import type { ClientBase } from 'pg';

/** Whatever takes a statement: the pool, or a client inside a transaction of the caller's. */
export type Queryable = Pick<ClientBase, 'query'>;
