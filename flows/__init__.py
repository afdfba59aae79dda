"""Prefect 3 flows over an offex store. `docs/flows.md` tells how to run and deploy them."""
