/** Everything that follows from the configuration, in one place for the program to pick from. */
export { acknowledgements } from "./acknowledgements.ts";
export { planBackupBucket, spacesKeyRotations } from "./backup-bucket.ts";
export { backupHosts } from "./backup-hosts.ts";
export { databaseRoles, databaseRolesHost, loginsOf, planDatabaseRoles } from "./database-roles.ts";
export { dnsProviders } from "./dns-providers.ts";
export { planDnsRecords } from "./dns-records.ts";
export { generatedSecretName, generatedSecretNames } from "./generated-secret-names.ts";
export { heartbeatKeyRotations, planHeartbeatBucket } from "./heartbeats.ts";
export { planHosts, sshCommand } from "./hosts.ts";
export { monthlyCost } from "./monthly-cost.ts";
export { protection } from "./protection.ts";
export { oauthRedirectUris } from "./redirect-uris.ts";
export { rotatedName } from "./rotated-name.ts";
export { deployKeyName, repositoryPasswordName } from "./secret-names.ts";
export { serviceAddresses } from "./service-addresses.ts";
export { signOnAddresses } from "./sign-on.ts";
