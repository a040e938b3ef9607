# syntax=docker/dockerfile:1
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN useradd --create-home --uid 10001 crm && chown crm /app
USER crm
COPY --chown=crm requirements.txt ./
RUN python -m venv .venv && .venv/bin/python -m pip install --requirement requirements.txt
COPY --chown=crm . .
# They are part of the front end; when the settings differ at the start, it is built again there.
ARG PORT=3000
ARG PUBLIC_URL=
ARG SANDBOX=
RUN .venv/bin/python -m crm_app build && rm -rf .web/node_modules .data

FROM python:3.11-slim-bookworm
WORKDIR /app
RUN useradd --create-home --uid 10001 crm && mkdir /data && chown crm /app /data
COPY --from=build --chown=crm /app /app
USER crm
ENV PATH=/app/.venv/bin:$PATH DATA_DIR=/data PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s \
    CMD ["python", "-m", "crm_app", "doctor", "--only", "web"]
CMD ["python", "-m", "crm_app", "web"]
