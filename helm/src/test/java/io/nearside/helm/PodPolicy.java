package io.nearside.helm;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What every pod of ours must be: the "restricted" pod security standard, and a few things beyond it. */
final class PodPolicy {

    private final List<String> violations = new ArrayList<>();

    static List<String> violations(HasMetadata object) {
        PodPolicy policy = new PodPolicy();
        podSpec(object).ifPresent(policy::check);
        return policy.violations;
    }

    static Optional<PodSpec> podSpec(HasMetadata object) {
        if (object instanceof Deployment deployment) {
            return Optional.of(deployment.getSpec().getTemplate().getSpec());
        }
        return object instanceof Pod pod ? Optional.of(pod.getSpec()) : Optional.empty();
    }

    /** Containers and init containers. */
    static Stream<Container> containers(PodSpec pod) {
        return Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream());
    }

    private void check(PodSpec pod) {
        require(Boolean.FALSE.equals(pod.getAutomountServiceAccountToken()), "the API token must not be mounted");
        require(Boolean.FALSE.equals(pod.getEnableServiceLinks()), "service links would fill the environment");
        require(pod.getHostNetwork() == null && pod.getHostPID() == null, "host namespaces must not be used");
        for (Volume volume : pod.getVolumes()) {
            require(volume.getHostPath() == null, volume.getName() + ": host paths must not be mounted");
        }
        containers(pod).forEach(this::check);
    }

    private void check(Container container) {
        String name = container.getName();
        SecurityContext security = container.getSecurityContext();
        require(security != null, name + ": no security context");
        if (security != null) {
            require(Boolean.TRUE.equals(security.getRunAsNonRoot()), name + ": may run as root");
            require(Boolean.TRUE.equals(security.getReadOnlyRootFilesystem()), name + ": root file system is writable");
            require(Boolean.FALSE.equals(security.getAllowPrivilegeEscalation()), name + ": may gain privileges");
            require(
                    security.getCapabilities() != null
                            && security.getCapabilities().getDrop().equals(List.of("ALL")),
                    name + ": keeps capabilities");
            require(
                    security.getSeccompProfile() != null
                            && security.getSeccompProfile().getType().equals("RuntimeDefault"),
                    name + ": no seccomp profile");
        }
        Map<String, ?> limits = container.getResources().getLimits();
        require(limits.containsKey("memory") && limits.containsKey("cpu"), name + ": limits missing");
        require(container.getResources().getRequests().containsKey("memory"), name + ": memory request missing");
        require(container.getImage().matches(".+:[^:/]+"), name + ": image without a tag: " + container.getImage());
        require(!container.getImage().endsWith(":latest"), name + ": image tag latest");
    }

    private void require(boolean holds, String violation) {
        if (!holds) {
            violations.add(violation);
        }
    }
}
