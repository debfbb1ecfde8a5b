# web, worker, actions, sandbox and migrations: one image, the command says which.
FROM python:3.12-slim-bookworm AS packages
COPY requirements/app.txt requirements/app.txt
RUN python -m venv /opt/packages \
    && /opt/packages/bin/pip install --no-cache-dir --require-hashes -r requirements/app.txt

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 10001 --create-home --home-dir /app/var app
WORKDIR /app
ENV PATH=/opt/packages/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PREPAY_VAR_DIR=/app/var
COPY --from=packages /opt/packages /opt/packages
COPY prepayment prepayment
COPY actions actions
COPY web web
COPY sandbox sandbox
USER app
CMD ["python", "-m", "web"]
