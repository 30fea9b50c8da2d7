import type { DropletSize } from "../../config/tables/droplet-sizes.ts";
import { type HostContext, secretsFolder } from "./context.ts";
import type { HostPart } from "./part.ts";
import { hostFile, secretFile } from "./template.ts";
import { timer } from "./timer.ts";

/** Credentials for the account's own registry, as Podman takes them. */
export const registryAuth = `${secretsFolder}/registry.json`;

/** What all containers of a host share: Podman, the watch over their health, old images' end, the way to the GPU. */
export function containersPart(context: HostContext): HostPart {
  const nvidia = hasNvidia(context.size);
  return {
    // netavark is only recommended by podman, which does not start without it, whatever network a container has.
    packages: ["curl", "netavark", "nftables", "podman", ...(nvidia ? ["nvidia-container-toolkit"] : [])],
    directories: [{ path: "/etc/insightpulse/health", mode: "0755", owner: "root", group: "root" }],
    files: [
      hostFile("/usr/local/lib/insightpulse/watch-health"),
      hostFile("/usr/local/lib/insightpulse/hold-requests"),
      hostFile("/usr/local/lib/insightpulse/prune-images"),
      hostFile("/etc/systemd/system/watch-health@.service"),
      hostFile("/etc/systemd/system/watch-health@.timer"),
      hostFile("/etc/systemd/system/prune-images.service"),
      hostFile("/etc/systemd/system/prune-images.timer"),
      ...(nvidia ? [hostFile("/etc/systemd/system/nvidia-devices.service")] : []),
      ...registryFiles(context),
    ],
    // The generator is part of Podman from 4.4 on: where it is missing, no unit of ours could start.
    validations: [
      { paths: ["/etc/containers/systemd/**"], command: ["/usr/libexec/podman/quadlet", "-dryrun"] },
    ],
    units: [
      ...(nvidia ? [{ name: "nvidia-devices.service", enabled: true, restartOn: [], reloadOn: [] }] : []),
      timer("prune-images"),
    ],
  };
}

/** Devices a service that uses the accelerator gets. */
export function acceleratorDevices(size: DropletSize): string[] {
  if (size.gpu === undefined) return [];
  return hasNvidia(size) ? ["nvidia.com/gpu=all"] : ["/dev/kfd", "/dev/dri"];
}

function hasNvidia({ gpu }: DropletSize): boolean {
  return gpu !== undefined && gpu.image !== "gpu-amd-base";
}

function registryFiles({ services, values }: HostContext) {
  if (!services.some(({ image }) => image.registryType === "DOCR")) return [];
  if (values.registryCredentials === undefined) {
    throw new Error("registryCredentials is missing: an image comes from the account's own registry");
  }
  const credentials = values.registryCredentials;
  return [secretFile(registryAuth, { template: "etc/insightpulse/registry.json", values: { credentials } })];
}
