import { type Output, randomString, type Services } from "~templates-utils";
import type { Input } from "./meta";

export function generate(input: Input): Output {
  const services: Services = [];

  const env = [
    // The gateway answers behind the panel's domain, by the panel's proxy.
    `FROTA_PUBLIC_URL=https://$(PRIMARY_DOMAIN)`,
    `FROTA_GATEWAY=on`,
    `FROTA_BIND=0.0.0.0`,
    `PORT=3000`,
    `FROTA_TRUSTED_PROXIES=10.0.0.0/8,172.16.0.0/12`,
    `FROTA_STORE=${input.store}`,
  ];

  if (input.store === "supabase") {
    env.push(
      `SUPABASE_URL=${input.supabaseUrl ?? ""}`,
      `SUPABASE_SECRET_KEY=${input.supabaseSecretKey ?? ""}`,
      // 32 bytes as 64 hex digits. The embedded database makes its own key.
      `FROTA_MASTER_KEY=${randomString(64)}`
    );
  }

  services.push({
    type: "app",
    data: {
      serviceName: input.appServiceName,
      ...(input.appServiceImage
        ? { source: { type: "image", image: input.appServiceImage } }
        : {
            source: {
              type: "git",
              repo: input.repository,
              ref: input.ref,
              path: "/",
            },
            build: { type: "dockerfile", file: "Dockerfile" },
          }),
      env: env.join("\n"),
      // Two containers on one volume: the second would only wait for the first.
      deploy: { replicas: 1, zeroDowntime: false },
      domains: [
        { host: "$(EASYPANEL_DOMAIN)", https: true, port: 3000, path: "/" },
      ],
      mounts: [{ type: "volume", name: "data", mountPath: "/data" }],
    },
  });

  return { services };
}
