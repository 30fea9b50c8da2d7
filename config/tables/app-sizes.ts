/** App Platform instance sizes, as the API description of August 2026 lists them. */
import type { Evidence, Price } from "./price.ts";

/** One instance size of App Platform, with the price of one instance. */
export interface AppSize extends Price {
  readonly memoryMib: number;
}

const listed: Evidence = {
  asOf: "2026-08",
  source: "https://docs.digitalocean.com/products/app-platform/details/pricing/",
  certainty: "vendor",
};

const size = (memoryMib: number, monthlyUsd: number): AppSize => ({ memoryMib, monthlyUsd, ...listed });

/** Instance sizes by slug. The older basic-* and professional-* words are still accepted there, and refused here. */
export const appSizes: Readonly<Record<string, AppSize>> = {
  "apps-s-1vcpu-0.5gb": size(512, 5),
  "apps-s-1vcpu-1gb-fixed": size(1024, 10),
  "apps-s-1vcpu-1gb": size(1024, 12),
  "apps-s-1vcpu-2gb": size(2048, 25),
  "apps-s-2vcpu-4gb": size(4096, 50),
  "apps-d-1vcpu-0.5gb": size(512, 29),
  "apps-d-1vcpu-1gb": size(1024, 34),
  "apps-d-1vcpu-2gb": size(2048, 39),
  "apps-d-1vcpu-4gb": size(4096, 49),
  "apps-d-2vcpu-4gb": size(4096, 78),
  "apps-d-2vcpu-8gb": size(8192, 98),
  "apps-d-4vcpu-8gb": size(8192, 156),
  "apps-d-4vcpu-16gb": size(16384, 196),
};
