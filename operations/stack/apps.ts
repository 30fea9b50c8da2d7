/** Type of App Platform's apps in a stack's state. */
export const appType = "digitalocean:index/app:App";

/** Name of the resource of an app's service; releases keep its deployment by it. */
export function appName(service: string): string {
  return `app-${service}-app`;
}
