# Each verb first prepares what it needs; nothing is redone whose inputs have not changed.
.DEFAULT_GOAL := help
.PHONY: help run test shell train nlu-eval nlu-report unanswered lint bench soak-money lock clean distclean

run: ## the whole product on http://localhost:8000, from a bare machine; Ctrl-C stops it
	@sh scripts/bootstrap.sh run

test: ## every test, nothing skipped
	@sh scripts/bootstrap.sh test

shell: ## talk to the bot in the terminal as a demo customer; /stop ends it
	@sh scripts/bootstrap.sh shell

train: ## the Rasa model, when what it is made from changed
	@sh scripts/bootstrap.sh train

nlu-eval: ## FILE=x.tsv (intent<TAB>text per line): how well the model reads them; last line is JSON
	@sh scripts/bootstrap.sh nlu-eval "$(FILE)"

nlu-report: ## cross-validation, confusion picture, reliability, small talk: into var/nlu-report (many minutes)
	@sh scripts/bootstrap.sh nlu-report

unanswered: ## what customers asked and got no answer to; OPTIONS="--since 7 --at-least 3 --format yaml"
	@sh scripts/bootstrap.sh unanswered $(OPTIONS)

lint: ## ruff, mypy, and the labelled messages
	@sh scripts/bootstrap.sh lint

bench: ## turns, understanding side by side with stock Rasa, orders per second (half an hour)
	@sh scripts/bootstrap.sh bench

soak-money: ## 20,000 orders with faults on PostgreSQL, then an audit; OPTIONS="--orders 2000 --seed 1"
	@sh scripts/bootstrap.sh soak-money $(OPTIONS)

lock: ## recompile requirements/*.txt from requirements/*.in
	@sh scripts/lock.sh

clean: ## remove the model, reports, caches and logs; keeps databases and environments
	@sh scripts/clean.sh

distclean: ## as clean, and the environments too
	@sh scripts/clean.sh all

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
