"""The operator's command line: ``python -m prepayment.ops --help`` (docs/operators.md).

It works on the product's own database, beside a running web and worker, and leaves what takes the outside to the
worker. Exit codes: 0 it was done; 1 something needs a person, or is not over yet; 2 it was refused, and nothing was
changed.
"""
