# One image for all roles: the command says which (python -m bot, python -m workers grants, ...).
# Works with a read-only root file system and needs no writable folder.
# The digest of the list of its platforms: what was published since is not taken before it stands here.
ARG PYTHON=python:3.13.15-slim-trixie@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b

FROM ${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/daypass
WORKDIR /src
COPY scripts/install scripts/
COPY requirements/run.txt requirements/
RUN scripts/install /opt/daypass/bin/python requirements/run.txt
# Pure Python: the packages are copied, so that no unlocked build tool takes part.
COPY daypass daypass
COPY bot bot
COPY workers workers
RUN site=$(/opt/daypass/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') \
 && cp -r daypass bot workers "$site" \
 && /opt/daypass/bin/python -m compileall -q "$site" \
 && printf '#!/opt/daypass/bin/python\nfrom daypass.cli.__main__ import main\nraise SystemExit(main())\n' \
    > /opt/daypass/bin/daypass \
 && chmod 755 /opt/daypass/bin/daypass

FROM ${PYTHON}
LABEL org.opencontainers.image.title="daypass" org.opencontainers.image.licenses="Apache-2.0"
COPY LICENSE /usr/share/doc/daypass/LICENSE
COPY --from=build /opt/daypass /opt/daypass
ENV PATH=/opt/daypass/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp
WORKDIR /
# A number, so that runAsNonRoot can be checked without the image's user list.
USER 65532:65532
CMD ["daypass", "--help"]
