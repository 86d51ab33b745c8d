FROM eclipse-temurin:17.0.15_6-jdk AS build
WORKDIR /src
COPY . .
RUN ./mvnw -B -ntp -Dmaven.test.skip=true -Dspotless.check.skip=true package \
    && rm -r target/mailcaravan/lib/test

FROM eclipse-temurin:17.0.15_6-jre
RUN useradd --system --uid 10001 --home-dir /data mailcaravan \
    && install -d -o mailcaravan -m 0700 /data \
    && install -d -o mailcaravan -m 0770 /drop
WORKDIR /opt/mailcaravan
COPY --from=build /src/target/mailcaravan/lib lib
COPY bin bin
COPY routes routes
COPY share share
COPY config/templates config/templates
COPY config/mail-labels.properties config/mail-labels.properties
COPY config/providers.yaml config/providers.yaml
COPY config/providers.schema.json config/providers.schema.json
COPY config/policies.yaml config/policies.yaml
COPY config/policies.schema.json config/policies.schema.json
COPY docker/application.properties config/application.properties
# After everything the archive depends on, and by the Java that uses it. Without it the program only starts more slowly.
RUN bin/mailcaravan prepare || true
USER mailcaravan
VOLUME ["/data", "/drop"]
# Running mailboxes end first, so give the container time to stop.
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/mailcaravan/bin/mailcaravan"]
CMD ["run"]
