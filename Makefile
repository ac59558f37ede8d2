# The commands of daily work. On Debian 12 with Swift 6.2 or later nothing else has to be installed by hand.

MODELS ?= models
HOST ?= 127.0.0.1
PORT ?= 8080
IMAGE ?= elbo
# What `make image` builds with: docker, podman or buildah (whose word for it is the same).
BUILDER ?= docker
# Where the source can be had; goes into the image's label.
SOURCE ?= unknown

# What the build links, and the tests, the smoke test and the attacks call.
PACKAGES := libgnutls28-dev libmicrohttpd-dev libpng-dev libsimdjson-dev zlib1g-dev pkg-config curl openssl python3
RELEASE := swift build -c release --product elbo

.DEFAULT_GOAL := help
.PHONY: help deps serve test lint release smoke image clean

help: ## Show this list.
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

deps: ## Install the Debian packages that are missing (with sudo unless root).
	@missing=; \
	for package in $(PACKAGES); do \
	    dpkg-query -W -f '$${db:Status-Status}' $$package 2>/dev/null | grep -qx installed || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	    echo "installing:$$missing"; \
	    if [ "$$(id -u)" -eq 0 ]; then asroot=env; else asroot='sudo env'; fi; \
	    $$asroot DEBIAN_FRONTEND=noninteractive apt-get update -q \
	        && $$asroot DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$missing; \
	fi

serve: release ## Build and serve the models in MODELS (models) on HOST:PORT (127.0.0.1:8080).
	exec .build/release/elbo serve --models '$(MODELS)' --host '$(HOST)' --port '$(PORT)'

test: deps ## Build and run all tests.
	swift test --disable-xctest

lint: ## Check the format of the Swift sources.
	swift format lint --strict -r Package.swift Sources Tests

release: deps ## Build the optimised program, .build/release/elbo.
	$(RELEASE)

smoke: release ## Train, score and serve for real, with the optimised program.
	.ci/smoke

image: ## Build the container image IMAGE (elbo) with BUILDER (docker).
	$(BUILDER) build -t '$(IMAGE)' --build-arg REVISION="$$(git rev-parse HEAD)" \
	    --build-arg CREATED="$$(git log -1 --format=%cI)" --build-arg SOURCE='$(SOURCE)' .

clean: ## Delete what has been built.
	rm -rf .build
