package io.nearside.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * What Helm needs of a Kubernetes API server, and nothing else: discovery, and objects that are created, read, listed, watched, patched
 * and deleted. Like the real one it refuses unknown fields, names that are taken, namespaces that are not there, and changes of what
 * cannot be changed. Unlike the real one it fills in no defaults and checks no values; nothing is scheduled and no container runs: a
 * pod has ended, as {@link #podsEnd} says, as soon as it is created.
 */
final class ApiServer implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final KubernetesSerialization MODELS = new KubernetesSerialization();
    private static final List<Class<? extends HasMetadata>> KINDS = List.of(
            Namespace.class,
            ConfigMap.class,
            Pod.class,
            Secret.class,
            Service.class,
            ServiceAccount.class,
            Deployment.class,
            HorizontalPodAutoscaler.class,
            NetworkPolicy.class,
            PodDisruptionBudget.class,
            PrometheusRule.class,
            ServiceMonitor.class);

    private static final String SCHEMAS = "/openapi/v3";

    /** What the server writes into an object's metadata. */
    private static final List<String> OF_THE_SERVER =
            List.of("uid", "resourceVersion", "creationTimestamp", "namespace", "managedFields");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, ObjectNode> objects = new TreeMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private String podPhase = "Succeeded";
    private long version;

    ApiServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    String kubeConfig() {
        return """
                apiVersion: v1
                kind: Config
                clusters: [{name: test, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: test, user: {}}]
                contexts: [{name: test, context: {cluster: test, user: test}}]
                current-context: test
                """.formatted(server.getAddress().getPort());
    }

    synchronized void podsEnd(String phase) {
        podPhase = phase;
    }

    /** Creates what a manifest says, as {@code kubectl apply} would. */
    synchronized void apply(String namespace, HasMetadata object) throws Refusal {
        ObjectNode json = (ObjectNode) JSON.valueToTree(object);
        String collection = namespaced(object.getClass())
                ? prefix(object.getClass()) + "/namespaces/" + namespace + "/"
                        + HasMetadata.getPlural(object.getClass())
                : prefix(object.getClass()) + "/" + HasMetadata.getPlural(object.getClass());
        create(collection, json);
    }

    /** Objects of a namespace but Helm's own records, by kind and name, without what the server and Helm add. */
    synchronized Map<String, JsonNode> objects(String namespace) {
        Map<String, JsonNode> found = new TreeMap<>();
        objects.forEach((path, object) -> {
            if (path.contains("/namespaces/" + namespace + "/")
                    && !object.path("type").asText().startsWith("helm.sh/")) {
                found.put(
                        object.path("kind").asText() + "/"
                                + object.at("/metadata/name").asText(),
                        asWritten(MODELS.unmarshal(object.toString())));
            }
        });
        return found;
    }

    /** An object as its manifest has it. */
    static JsonNode asWritten(HasMetadata object) {
        ObjectNode written = JSON.valueToTree(object);
        ObjectNode metadata = (ObjectNode) written.get("metadata");
        metadata.remove(OF_THE_SERVER);
        if (metadata.get("annotations") instanceof ObjectNode annotations) {
            annotations.remove(List.of("meta.helm.sh/release-name", "meta.helm.sh/release-namespace"));
            if (annotations.isEmpty()) {
                metadata.remove("annotations");
            }
        }
        written.remove("status");
        return written;
    }

    /** Method and path of all requests that changed something, in their order. */
    List<String> changes() {
        return requests.stream().filter(request -> !request.startsWith("GET ")).toList();
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        requests.add(exchange.getRequestMethod() + " " + path);
        try (exchange) {
            byte[] sent = exchange.getRequestBody().readAllBytes();
            JsonNode body = BinarySecret.is(sent) ? BinarySecret.read(sent) : JSON.readTree(sent);
            Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
            JsonNode answer;
            int status = 200;
            try {
                if (query.getOrDefault("watch", "").equals("true")) {
                    watch(exchange, path, query);
                    return;
                }
                String type = exchange.getRequestHeaders().getFirst("Content-Type");
                answer = answer(exchange.getRequestMethod(), path, query, type == null ? "" : type, body);
            } catch (Refusal refusal) {
                status = refusal.status;
                answer = refusal.answer();
            }
            byte[] bytes = JSON.writeValueAsBytes(answer);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private synchronized JsonNode answer(
            String method, String path, Map<String, String> query, String contentType, JsonNode body) throws Refusal {
        return switch (method) {
            case "GET" -> get(path, query);
            case "POST" -> create(path, (ObjectNode) body);
            case "PUT" -> replace(path, present(path), (ObjectNode) body);
            case "PATCH" -> patch(path, contentType, body);
            case "DELETE" -> {
                present(path);
                objects.remove(path);
                yield JSON.createObjectNode()
                        .put("kind", "Status")
                        .put("apiVersion", "v1")
                        .put("status", "Success");
            }
            default -> throw new Refusal(405, "MethodNotAllowed", method);
        };
    }

    private JsonNode get(String path, Map<String, String> query) throws Refusal {
        if (path.equals("/version")) {
            return JSON.createObjectNode().put("major", "1").put("minor", "31").put("gitVersion", "v1.31.0");
        }
        if (path.equals("/api")) {
            return JSON.createObjectNode()
                    .put("kind", "APIVersions")
                    .set("versions", JSON.createArrayNode().add("v1"));
        }
        if (path.equals("/apis")) {
            return groups();
        }
        if (path.startsWith(SCHEMAS)) {
            return path.equals(SCHEMAS) ? schemas() : schema(kindsOf(path.substring(SCHEMAS.length())));
        }
        List<Class<? extends HasMetadata>> kinds = kindsOf(path);
        if (!kinds.isEmpty()) {
            return resources(kinds);
        }
        return isCollection(path) ? list(path, query) : present(path);
    }

    private static List<Class<? extends HasMetadata>> kindsOf(String prefix) {
        return KINDS.stream().filter(kind -> prefix(kind).equals(prefix)).toList();
    }

    private static JsonNode schemas() {
        ObjectNode paths = JSON.createObjectNode();
        KINDS.stream()
                .map(ApiServer::prefix)
                .distinct()
                .forEach(prefix -> paths.putObject(prefix.substring(1)).put("serverRelativeURL", SCHEMAS + prefix));
        return JSON.createObjectNode().set("paths", paths);
    }

    /** No schema at all: only that the server itself checks the fields of what it is sent. */
    private static JsonNode schema(List<Class<? extends HasMetadata>> kinds) {
        ObjectNode document = JSON.createObjectNode().put("openapi", "3.0.0");
        document.putObject("info").put("title", "Kubernetes").put("version", "1");
        ObjectNode paths = document.putObject("paths");
        for (Class<? extends HasMetadata> kind : kinds) {
            ObjectNode patch = paths.putObject("/" + HasMetadata.getPlural(kind) + "/{name}")
                    .putObject("patch");
            patch.putArray("parameters")
                    .addObject()
                    .put("name", "fieldValidation")
                    .put("in", "query");
            patch.putObject("responses");
            patch.putObject("x-kubernetes-group-version-kind")
                    .put("group", HasMetadata.getGroup(kind))
                    .put("version", HasMetadata.getVersion(kind))
                    .put("kind", HasMetadata.getKind(kind));
        }
        return document;
    }

    private static JsonNode groups() {
        ArrayNode groups = JSON.createArrayNode();
        KINDS.stream()
                .filter(kind -> !HasMetadata.getGroup(kind).isEmpty())
                .map(HasMetadata::getApiVersion)
                .distinct()
                .forEach(version -> {
                    ObjectNode each = JSON.createObjectNode()
                            .put("groupVersion", version)
                            .put("version", version.substring(version.indexOf('/') + 1));
                    ObjectNode group = groups.addObject().put("name", version.substring(0, version.indexOf('/')));
                    group.putArray("versions").add(each);
                    group.set("preferredVersion", each);
                });
        return JSON.createObjectNode()
                .put("kind", "APIGroupList")
                .put("apiVersion", "v1")
                .set("groups", groups);
    }

    private static JsonNode resources(List<Class<? extends HasMetadata>> kinds) {
        ObjectNode list = JSON.createObjectNode()
                .put("kind", "APIResourceList")
                .put("apiVersion", "v1")
                .put("groupVersion", HasMetadata.getApiVersion(kinds.get(0)));
        ArrayNode resources = list.putArray("resources");
        for (Class<? extends HasMetadata> kind : kinds) {
            ObjectNode resource = resources
                    .addObject()
                    .put("name", HasMetadata.getPlural(kind))
                    .put("kind", HasMetadata.getKind(kind))
                    .put("namespaced", namespaced(kind));
            Stream.of("create", "delete", "get", "list", "patch", "update", "watch")
                    .forEach(resource.putArray("verbs")::add);
        }
        return list;
    }

    private ObjectNode list(String path, Map<String, String> query) throws Refusal {
        Class<? extends HasMetadata> kind = kind(path);
        ObjectNode list = JSON.createObjectNode()
                .put("kind", HasMetadata.getKind(kind) + "List")
                .put("apiVersion", HasMetadata.getApiVersion(kind));
        list.putObject("metadata").put("resourceVersion", String.valueOf(version));
        ArrayNode items = list.putArray("items");
        objects.forEach((at, object) -> {
            if (at.startsWith(path + "/") && selected(object, query)) {
                items.add(object);
            }
        });
        return list;
    }

    private static boolean selected(JsonNode object, Map<String, String> query) {
        return matches(object.at("/metadata/labels"), query.getOrDefault("labelSelector", ""), "")
                && matches(object.path("metadata"), query.getOrDefault("fieldSelector", ""), "metadata.");
    }

    private static boolean matches(JsonNode values, String selector, String prefix) {
        return Stream.of(selector.split(",", -1))
                .filter(term -> !term.isEmpty())
                .allMatch(term -> {
                    int equals = term.indexOf('=');
                    return values.path(term.substring(prefix.length(), equals))
                            .asText()
                            .equals(term.substring(equals + 1).replaceFirst("^=", ""));
                });
    }

    /** Tells what is there and ends; who watches asks again. */
    private void watch(HttpExchange exchange, String path, Map<String, String> query) throws IOException, Refusal {
        if (query.containsKey("sendInitialEvents")) {
            throw new Refusal(422, "Invalid", "sendInitialEvents is not served");
        }
        List<byte[]> events = new ArrayList<>();
        synchronized (this) {
            for (JsonNode item : list(path, query).path("items")) {
                ObjectNode event = JSON.createObjectNode().put("type", "MODIFIED");
                event.set("object", item);
                events.add(JSON.writeValueAsBytes(event));
            }
        }
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        for (byte[] event : events) {
            exchange.getResponseBody().write(event);
        }
    }

    private ObjectNode create(String collection, ObjectNode object) throws Refusal {
        Class<? extends HasMetadata> kind = kind(collection);
        String name = object.at("/metadata/name").asText();
        String path = collection + "/" + name;
        if (objects.containsKey(path)) {
            throw new Refusal(409, "AlreadyExists", path);
        }
        if (namespaced(kind)) {
            String namespace = collection.replaceFirst(".*/namespaces/([^/]+)/.*", "$1");
            present("/api/v1/namespaces/" + namespace);
            metadata(object).put("namespace", namespace);
        }
        metadata(object).put("uid", UUID.randomUUID().toString());
        if (kind == Pod.class) {
            object.putObject("status").put("phase", podPhase);
        }
        return store(path, object);
    }

    private ObjectNode replace(String path, ObjectNode before, ObjectNode object) throws Refusal {
        if (!before.at("/spec/selector").equals(object.at("/spec/selector"))) {
            throw new Refusal(422, "Invalid", path + ": spec.selector: field is immutable");
        }
        metadata(object).set("uid", before.at("/metadata/uid"));
        return store(path, object);
    }

    private ObjectNode patch(String path, String contentType, JsonNode patch) throws Refusal {
        ObjectNode object = present(path).deepCopy();
        if (contentType.startsWith("application/strategic-merge-patch+json")) {
            StrategicMerge.merge(object, patch);
        } else if (contentType.startsWith("application/merge-patch+json")) {
            mergePlainly(object, patch);
        } else {
            throw new Refusal(415, "UnsupportedMediaType", contentType);
        }
        return replace(path, present(path), object);
    }

    private static void mergePlainly(ObjectNode object, JsonNode patch) {
        patch.properties().forEach(field -> {
            if (field.getValue().isNull()) {
                object.remove(field.getKey());
            } else if (field.getValue().isObject() && object.get(field.getKey()) instanceof ObjectNode inner) {
                mergePlainly(inner, field.getValue());
            } else {
                object.set(field.getKey(), field.getValue());
            }
        });
    }

    private ObjectNode store(String path, ObjectNode object) throws Refusal {
        HasMetadata model = MODELS.unmarshal(object.toString());
        List<String> unknown = StrictModel.unknownFields(model);
        if (!unknown.isEmpty()) {
            throw new Refusal(400, "BadRequest", "strict decoding error: unknown fields " + unknown);
        }
        metadata(object).put("resourceVersion", String.valueOf(++version));
        objects.put(path, object);
        return object;
    }

    private ObjectNode present(String path) throws Refusal {
        ObjectNode object = objects.get(path);
        if (object == null) {
            throw new Refusal(404, "NotFound", path);
        }
        return object;
    }

    private static ObjectNode metadata(ObjectNode object) {
        return (ObjectNode) object.get("metadata");
    }

    private static Class<? extends HasMetadata> kind(String path) throws Refusal {
        for (Class<? extends HasMetadata> kind : KINDS) {
            String inNamespace = namespaced(kind) ? "/namespaces/[^/]+" : "";
            if (path.matches(prefix(kind) + inNamespace + "/" + HasMetadata.getPlural(kind) + "(/[^/]+)?")) {
                return kind;
            }
        }
        throw new Refusal(404, "NotFound", path);
    }

    private static boolean isCollection(String path) {
        return KINDS.stream().anyMatch(kind -> path.endsWith("/" + HasMetadata.getPlural(kind)));
    }

    private static String prefix(Class<? extends HasMetadata> kind) {
        String version = HasMetadata.getApiVersion(kind);
        return version.contains("/") ? "/apis/" + version : "/api/" + version;
    }

    private static boolean namespaced(Class<?> kind) {
        return kind != Namespace.class;
    }

    private static Map<String, String> query(String raw) {
        Map<String, String> query = new HashMap<>();
        for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            query.put(pair.substring(0, equals), URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return query;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** An answer other than what was asked for, in Kubernetes' form. */
    static final class Refusal extends Exception {

        private final int status;
        private final String reason;

        Refusal(int status, String reason, String message) {
            super(message);
            this.status = status;
            this.reason = reason;
        }

        private JsonNode answer() {
            return JSON.createObjectNode()
                    .put("kind", "Status")
                    .put("apiVersion", "v1")
                    .put("status", "Failure")
                    .put("reason", reason)
                    .put("message", getMessage())
                    .put("code", status);
        }
    }
}
