/**
 * What the owner's inventory counts a month, in USD, under the names that the same things have on the bill. Its sum is
 * the $82 that production's budget comes from.
 */
export const inventoryUsd: Readonly<Record<string, number>> = {
  "host erp": 24,
  "host ocr": 48,
  "app superset": 5,
  "app mcp": 5,
};
