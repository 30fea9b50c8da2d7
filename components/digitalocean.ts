/**
 * The resources of DigitalOcean that this program has, each from its own file: importing the whole package loads every
 * resource there is. A new one is added here.
 */

export type { types, UptimeAlertArgs } from "@pulumi/digitalocean";
export { App } from "@pulumi/digitalocean/app.js";
export { ContainerRegistry } from "@pulumi/digitalocean/containerRegistry.js";
export { DnsRecord } from "@pulumi/digitalocean/dnsRecord.js";
export { Domain } from "@pulumi/digitalocean/domain.js";
export { Droplet } from "@pulumi/digitalocean/droplet.js";
export { Firewall } from "@pulumi/digitalocean/firewall.js";
export { MonitorAlert } from "@pulumi/digitalocean/monitorAlert.js";
export { Project } from "@pulumi/digitalocean/project.js";
export { ProjectResources } from "@pulumi/digitalocean/projectResources.js";
export { ReservedIp } from "@pulumi/digitalocean/reservedIp.js";
export { SpacesBucket } from "@pulumi/digitalocean/spacesBucket.js";
export { SpacesKey } from "@pulumi/digitalocean/spacesKey.js";
export { SshKey } from "@pulumi/digitalocean/sshKey.js";
export { Tag } from "@pulumi/digitalocean/tag.js";
export { UptimeAlert } from "@pulumi/digitalocean/uptimeAlert.js";
export { UptimeCheck } from "@pulumi/digitalocean/uptimeCheck.js";
export { Volume } from "@pulumi/digitalocean/volume.js";
export { Vpc } from "@pulumi/digitalocean/vpc.js";
