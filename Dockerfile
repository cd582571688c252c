# Vandvagt and its simulator. Builds from a checkout: docker build -t vandvagt:local .
# Every step is plain shell and can be run by hand; docs/OPERATIONS.md, "In containers", says what was.
FROM eclipse-temurin:25.0.3_9-jdk-noble AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends maven \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY . .
RUN mvn -B -q -Dmaven.test.skip=true package
# What the class path reaches: jdeps' list, and what is only looked up by name: EC for TLS, jar: file systems, DNS, character sets, charts of locales.
RUN jlink --output /runtime --no-header-files --no-man-pages --strip-java-debug-attributes --generate-cds-archive \
    --add-modules "$(cat config/compose/image/modules)"
RUN mkdir -p /opt/vandvagt/target /opt/vandvagt/sensor-simulator/target \
    && cp -r target/vandvagt.jar target/lib /opt/vandvagt/target/ \
    && cp -r sensor-simulator/target/vandvagt-simulator.jar sensor-simulator/target/lib /opt/vandvagt/sensor-simulator/target/ \
    && cp -r config LICENSE /opt/vandvagt/ \
    && install -m 0755 config/compose/image/vandvagt config/compose/image/ready /opt/vandvagt/

FROM debian:12.12-slim
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /var/lib/vandvagt --shell /usr/sbin/nologin vandvagt \
    && install -d -o vandvagt -g vandvagt -m 0700 /var/lib/vandvagt
COPY --from=build /runtime /opt/java
COPY --from=build /opt/vandvagt /opt/vandvagt
RUN install -d -o vandvagt -g vandvagt /opt/vandvagt/cache
USER vandvagt
# a start in half the time: the JVM notes in one rehearsal what it loads and links
RUN /opt/vandvagt/vandvagt rehearse
WORKDIR /var/lib/vandvagt
VOLUME /var/lib/vandvagt
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=4 CMD ["/opt/vandvagt/ready"]
ENTRYPOINT ["/opt/vandvagt/vandvagt"]
CMD ["serve", "--config", "/etc/vandvagt/vandvagt.yml", "--data", "/var/lib/vandvagt"]
