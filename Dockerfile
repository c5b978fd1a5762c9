# frota in a container: docs/docker.md. Needs BuildKit, which Docker has had switched on since 23.
# What changes seldom comes first: a change of the sources rebuilds the last two steps and nothing else.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS everything
WORKDIR /opt/frota
COPY package.json package-lock.json .npmrc ./
COPY vendor vendor
# The secret `ca`, where there is one, is a certificate to trust: for networks whose proxy opens TLS.
RUN --mount=type=cache,target=/root/.npm --mount=type=secret,id=ca \
    if [ -s /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi; \
    npm ci --include=dev --include=optional --loglevel=error

# Without what only development needs, without the Node that hosts may lack, the packed browser (it is unpacked below)
# and what no program reads: types, source maps, documents. Licences stay.
FROM everything AS packages
RUN npm prune --omit=dev --loglevel=error && cd node_modules \
 && rm -rf node-linux-* typescript @typescript @types @sparticuz/chromium/bin \
 && find . -type f \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.tsbuildinfo' \) -delete \
 && find . -type f -iname '*.md' ! -iname '*licen[cs]e*' ! -iname '*notice*' -delete \
 && find . -depth -type d -empty -delete

FROM everything AS browser-amd64
COPY src/config/browser.ts src/config/
RUN node --input-type=module --eval \
    "const { unpackBrowser } = await import('/opt/frota/src/config/browser.ts'); await unpackBrowser('/opt/frota/.build')" \
 && chmod -R go+rX .build

FROM everything AS browser-arm64
RUN mkdir .build

FROM browser-${TARGETARCH} AS browser

FROM everything AS program
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY bin bin
COPY src src
COPY sims sims
# FROTA_CHROMIUM: the browser is another stage's business.
RUN FROTA_CHROMIUM=elsewhere node scripts/setup.mjs --build && find dist -name '*.d.ts' -delete

# The fonts are for Latin, emoji and Chinese, Japanese and Korean; libnss3 is what the browser that comes along needs of a host.
FROM ${NODE_IMAGE} AS system-amd64
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
    tini libnss3 fontconfig fonts-liberation fonts-noto-color-emoji fonts-wqy-microhei \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log

# The browser that comes along is x64 only: here it is Debian's.
FROM ${NODE_IMAGE} AS system-arm64
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
    tini fontconfig fonts-liberation fonts-noto-color-emoji fonts-wqy-microhei chromium \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log
ENV FROTA_CHROMIUM=/usr/bin/chromium

FROM system-${TARGETARCH}
RUN groupadd --gid 10001 frota \
 && useradd --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /bin/bash frota \
 && install -d -o frota -g frota -m 700 /data \
 && ln -s /opt/frota/bin/frota /usr/local/bin/frota
COPY --from=browser /opt/frota/.build /opt/frota/.build
RUN install -d -o frota -g frota -m 700 /opt/frota/.build/compile-cache
COPY --from=packages /opt/frota/node_modules /opt/frota/node_modules
COPY vendor /opt/frota/vendor
WORKDIR /opt/frota
# HOME is not the volume: what browsers and fonts put there is to be gone with the container. `try`: see docs/docker.md.
ENV NODE_ENV=production LANG=C.UTF-8 HOME=/tmp FROTA_HOME=/data FROTA_BIND=0.0.0.0 FROTA_CHROMIUM_SANDBOX=try
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="frota" \
      org.opencontainers.image.description="Runs many customers' bots on one server, one process each, and keeps them running." \
      org.opencontainers.image.licenses="AGPL-3.0-or-later" \
      org.opencontainers.image.documentation="docs/docker.md" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY package.json LICENSE .env.example ./
COPY bin bin
COPY docker/entry docker/entry
COPY docs/examples docs/examples
COPY supabase/migrations supabase/migrations
COPY --from=program /opt/frota/dist dist
USER frota
# What is compiled once is not compiled at each start; with a read-only root it could not be kept later.
RUN export FROTA_HOME=/tmp/frota-first-look && frota status >/dev/null && (frota health 2>/dev/null || true) \
 && rm -rf /tmp/*
VOLUME /data
# The gateway, the one door to the network; it listens while a session needs it (docs/gateway.md).
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["frota", "health"]
ENTRYPOINT ["tini", "--", "/opt/frota/docker/entry"]
CMD ["frota", "serve", "--wait"]
