/** Docker's configuration that opens the account's own registry; DigitalOcean takes a token as user and as password. */
export function registryCredentials(token: string): string {
  const auth = Buffer.from(`${token}:${token}`).toString("base64");
  return JSON.stringify({ auths: { "registry.digitalocean.com": { auth } } });
}
