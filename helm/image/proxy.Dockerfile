# The proxy's image. The build context is proxy/target after ./mvnw package: the jar and the libraries its manifest names.
#   docker build --file helm/image/proxy.Dockerfile --build-arg BASE=… --tag nearside/proxy:0.1.0 proxy/target
ARG BASE=docker.io/library/eclipse-temurin:25-jre
FROM ${BASE}
# Libraries change seldom and the jar with every build: layers of their own.
COPY lib/ /opt/nearside/lib/
COPY nearside-proxy.jar /opt/nearside/nearside-proxy.jar
# Not root, and no name needed in /etc/passwd. Nothing is ever written but to /tmp.
USER 65532:65532
WORKDIR /tmp
# Shares of the container's memory limit. Replace the whole variable to change any.
ENV JDK_JAVA_OPTIONS="-XX:MaxRAMPercentage=65 -XX:MaxDirectMemorySize=256m -XX:+ExitOnOutOfMemoryError --enable-native-access=ALL-UNNAMED" \
    LOG_FORMAT=json
EXPOSE 8000 8002
# Java is process 1 and gets SIGTERM itself: readiness off, requests under way finish, exit.
ENTRYPOINT ["java", "-jar", "/opt/nearside/nearside-proxy.jar"]
CMD ["--config", "/etc/nearside/config/proxy.yaml"]
