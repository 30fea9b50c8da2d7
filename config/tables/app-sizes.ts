/**
 * App Platform instance sizes.
 *
 * Source: https://docs.digitalocean.com/products/app-platform/details/pricing/ and the API description of August 2026.
 */

/** One instance size of App Platform. */
export interface AppSize {
  readonly memoryMib: number;
  /** List price in USD a month for one instance. */
  readonly monthlyUsd: number;
}

/** Instance sizes by slug. The older basic-* and professional-* words are still accepted there, and refused here. */
export const appSizes: Readonly<Record<string, AppSize>> = {
  "apps-s-1vcpu-0.5gb": { memoryMib: 512, monthlyUsd: 5 },
  "apps-s-1vcpu-1gb-fixed": { memoryMib: 1024, monthlyUsd: 10 },
  "apps-s-1vcpu-1gb": { memoryMib: 1024, monthlyUsd: 12 },
  "apps-s-1vcpu-2gb": { memoryMib: 2048, monthlyUsd: 25 },
  "apps-s-2vcpu-4gb": { memoryMib: 4096, monthlyUsd: 50 },
  "apps-d-1vcpu-0.5gb": { memoryMib: 512, monthlyUsd: 29 },
  "apps-d-1vcpu-1gb": { memoryMib: 1024, monthlyUsd: 34 },
  "apps-d-1vcpu-2gb": { memoryMib: 2048, monthlyUsd: 39 },
  "apps-d-1vcpu-4gb": { memoryMib: 4096, monthlyUsd: 49 },
  "apps-d-2vcpu-4gb": { memoryMib: 4096, monthlyUsd: 78 },
  "apps-d-2vcpu-8gb": { memoryMib: 8192, monthlyUsd: 98 },
  "apps-d-4vcpu-8gb": { memoryMib: 8192, monthlyUsd: 156 },
  "apps-d-4vcpu-16gb": { memoryMib: 16384, monthlyUsd: 196 },
};
