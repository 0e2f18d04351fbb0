# docker build -t caseward .
# docker run --read-only --tmpfs /tmp -v ./config:/config:ro -v caseward-data:/data caseward
#
# The first stage installs the locked set and the program, the second carries only the result.
FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
RUN python -m venv /opt/caseward
WORKDIR /src
COPY requirements.lock ./
# What comes as source is built by the locked tool, so that nothing unlocked is fetched.
RUN awk '/^[^ #]/ { keep = /^setuptools==/ } keep' requirements.lock >builder.lock \
    && /opt/caseward/bin/pip install --require-hashes -r builder.lock \
    && /opt/caseward/bin/pip install --no-build-isolation --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY bot ./bot
COPY commands ./commands
COPY storage ./storage
RUN /opt/caseward/bin/pip install --no-deps --no-build-isolation .

FROM python:3.13-slim
ENV PATH=/opt/caseward/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONSAFEPATH=1 \
    PYTHONUNBUFFERED=1
RUN groupadd --system --gid 10001 caseward \
    && useradd --system --uid 10001 --gid caseward --home-dir /data --no-create-home caseward \
    && install -d -o caseward -g caseward -m 0700 /data \
    && install -d -m 0755 /config
COPY --from=build /opt/caseward /opt/caseward
USER 10001:10001
WORKDIR /data
VOLUME ["/data"]
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-m", "bot", "health", "--config", "/config/config.toml"]
ENTRYPOINT ["caseward"]
CMD ["run", "--config", "/config/config.toml"]
