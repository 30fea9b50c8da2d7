/** Everything that follows from the configuration, in one place for the program to pick from. */
export { planBackupBucket } from "./backupBucket.ts";
export { databaseRoles } from "./databaseRoles.ts";
export { planDnsRecords } from "./dnsRecords.ts";
export { generatedSecretName, generatedSecretNames } from "./generatedSecretNames.ts";
export { planHosts, sshCommand } from "./hosts.ts";
export { monthlyCost } from "./monthlyCost.ts";
export { oauthRedirectUris } from "./redirectUris.ts";
export { serviceAddresses } from "./serviceAddresses.ts";
