/**
 * Every name that leaves the program: tags, firewalls, keys, buckets. One module, so that no two parts of the stack
 * spell a name differently. Names of resources inside Pulumi are not made here: they are identities, and never change.
 */

/** User that the deploy key opens on every host. */
export const deployUser = "deploy";

/** Tag of everything that belongs to an environment. DigitalOcean takes letters, digits, colon, hyphen, underscore. */
export function environmentTag(environment: string): string {
  return `insightpulse-${environment}`;
}

/** Tag of one host; its firewall and alerts find the droplet by it, so a replacement is covered at once. */
export function hostTag(environment: string, host: string): string {
  return `insightpulse-${environment}-${host}`;
}

/** Name of a host's cloud firewall. */
export function firewallName(dropletName: string): string {
  return `${dropletName}-firewall`;
}

/** Name of the deploy key in the account. */
export function deployKeyName(environment: string): string {
  return `insightpulse-${environment}-deploy`;
}

/** Name of the bucket that holds the second copy; bucket names are shared by all regions. */
export function secondBucketName(bucket: string, region: string): string {
  return `${bucket}-${region}`;
}

/** Name of the bucket that hosts write their heartbeats to, beside the one of their backups. */
export function heartbeatBucketName(bucket: string): string {
  return `${bucket}-heartbeats`;
}

/** Name of a Spaces key, by what it may do. */
export function spacesKeyName(bucket: string, use: string): string {
  return `${bucket}-${use}`;
}

/** Where Spaces is asked in a region. */
export function spacesEndpoint(region: string): string {
  return `https://${region}.digitaloceanspaces.com`;
}

/** Name of the job inside an app that runs before each deployment of its service. */
export const jobBeforeDeployment = "before-deployment";

/** Name of a service's uptime check. */
export function checkName(environment: string, service: string): string {
  return `${environment} ${service}`;
}
