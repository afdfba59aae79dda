# Everyday commands. Each does all the set-up it needs; `make help` lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

# Lets clones in different folders share what ccache holds.
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1

FUZZ_SECONDS ?= 30

.PHONY: help build test demo bench lint format fuzz asan tsan install wheel clean setup

help:  ## List the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## */  make \1\t/' | expand -t 17

build: setup  ## Build build/release/offex
	@tools/build.sh release
	@echo "built build/release/offex"

test: setup  ## Build and run every test
	@tools/test.sh dev

demo: build  ## Simulate a market, run everything on it and write a report
	@build/release/offex demo --out out/demo
	@echo "The report is in out/demo/report.html"

bench: setup  ## Run the benchmarks; the numbers go to out/bench
	@tools/bench.sh

lint:  ## Check floors, format, headers and clang-tidy
	@tools/setup.sh lint
	@tools/lint.sh

format:  ## Format the sources in place
	@tools/setup.sh lint
	@tools/lint.sh fix

fuzz:  ## Run each fuzz target for FUZZ_SECONDS (30)
	@tools/setup.sh fuzz
	@tools/fuzz.sh $(FUZZ_SECONDS)

asan: setup  ## Run every test under the address and undefined behaviour sanitizers
	@tools/test.sh asan

tsan: setup  ## Run every test under the thread sanitizer
	@tools/test.sh tsan

install: build  ## Install to PREFIX (/usr/local), below DESTDIR if set
	@cmake --install build/release --prefix $(or $(PREFIX),/usr/local)

wheel: setup  ## Build the Python package, into dist and build/venv
	@tools/python.sh wheel

clean:  ## Remove everything that was built, but not what was fetched
	rm -rf build out

setup:
	@tools/setup.sh
