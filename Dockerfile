# docker build -t elbo .
# docker run --rm -p 127.0.0.1:8080:8080 elbo

FROM swift:6.3-bookworm AS build
# The versions are those of the base image's release.
# hadolint ignore=DL3008
RUN apt-get update -q \
    && apt-get install -q -y --no-install-recommends libgnutls28-dev libmicrohttpd-dev libpng-dev libsimdjson-dev pkg-config zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Package.* ./
COPY Sources Sources
COPY Tests Tests
RUN swift build -c release --static-swift-stdlib --product elbo \
    && install -D -s "$(swift build -c release --show-bin-path)/elbo" /out/elbo

# The root certificates of the authorities are left out: the server calls nobody.
FROM debian:bookworm-slim
# hadolint ignore=DL3008
RUN apt-get update -q \
    && apt-get install -q -y --no-install-recommends libgnutls30 libmicrohttpd12 libpng16-16 libsimdjson14 zlib1g \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /out/elbo /usr/local/bin/elbo
COPY models /models
ENV ELBO_HOST=0.0.0.0 ELBO_MODELS=/models
EXPOSE 8080
USER 65532:65532
STOPSIGNAL SIGTERM
# The program asks itself: no shell and no curl are needed.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["/usr/local/bin/elbo", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/elbo"]
CMD ["serve"]

# Last, so that another commit does not install the packages anew. `make image` fills them in.
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=unknown
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="elbo" \
      org.opencontainers.image.description="Trains variational autoencoders and serves them over HTTP" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$CREATED" \
      org.opencontainers.image.source="$SOURCE"
