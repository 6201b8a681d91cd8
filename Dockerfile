# Waybill and its commands. The project is mounted at /project; its listen.http must be 0.0.0.0:8080 to be reached from outside.
#   docker build -t waybill . && docker run --rm -p 8080:8080 -v "$PWD/shop:/project" waybill

FROM node:22-slim AS build
# better-sqlite3 is compiled where there is no binary for the platform.
RUN apt-get update && apt-get install -y --no-install-recommends python3 make g++ && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build && rm -rf dist/cli/dev && npm prune --omit=dev && chmod 755 dist/cli/waybill.js

FROM node:22-slim
ENV NODE_ENV=production
WORKDIR /opt/waybill
COPY --from=build /src/package.json /src/LICENSE ./
COPY --from=build /src/node_modules node_modules
COPY --from=build /src/dist dist
COPY --from=build /src/config/gateway.schema.json config/
RUN ln -s /opt/waybill/dist/cli/waybill.js /usr/local/bin/waybill && install -d -o node -g node /project /var/lib/waybill
USER node
WORKDIR /project
# The store must outlive the container: it lies in /project/data, or where store.path says.
VOLUME /project
EXPOSE 8080
# Live, not ready: a broker that is away is no reason to restart a gateway that goes on accepting.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8081/health/live').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["waybill"]
CMD ["run", "/project"]
