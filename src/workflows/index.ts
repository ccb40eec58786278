/** Every Workflow that a worker serves. */
export * from './generate-reports.js';
export * from './generate-reports-in-partitions.js';
export * from './import-orders.js';
export * from './process-orders.js';
export * from './process-orders-in-partitions.js';
export * from './process-orders-naively.js';
