# The replicator's image. The build context is replicator/target after ./mvnw package: the jar and the libraries its manifest names.
#   docker build --file helm/image/replicator.Dockerfile --build-arg BASE=… --tag nearside/replicator:0.1.0 replicator/target
ARG BASE=docker.io/library/eclipse-temurin:25-jre
FROM ${BASE}
# Libraries change seldom and the jar with every build: layers of their own.
COPY lib/ /opt/nearside/lib/
COPY nearside-replicator.jar /opt/nearside/nearside-replicator.jar
# Not root, and no name needed in /etc/passwd. Nothing is ever written but to /tmp.
USER 65532:65532
WORKDIR /tmp
# Shares of the container's memory limit. Replace the whole variable to change any.
ENV JDK_JAVA_OPTIONS="-XX:MaxRAMPercentage=65 -XX:MaxDirectMemorySize=128m -XX:+ExitOnOutOfMemoryError" \
    LOG_FORMAT=json
EXPOSE 8003
# Java is process 1 and gets SIGTERM itself: records under way finish, checkpoints are written, exit.
ENTRYPOINT ["java", "-jar", "/opt/nearside/nearside-replicator.jar", "replicator"]
CMD ["--config", "/etc/nearside/config/replicator.yaml"]
