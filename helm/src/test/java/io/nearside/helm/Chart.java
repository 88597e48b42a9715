package io.nearside.helm;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A chart on disk, rendered by the real Helm as release {@code demo} in namespace {@code apps}. */
record Chart(Path folder) {

    /** Tests run in the module's folder. */
    static final Chart NEARSIDE = new Chart(Path.of("nearside"));

    private static final Pattern DOCUMENT_END = Pattern.compile("(?m)^---\\s*$");
    private static final Pattern CONTENT = Pattern.compile("(?m)^[^#\\s]");

    /** The value sets shipped with the chart. */
    static Stream<Path> examples() {
        try (Stream<Path> files = Files.list(Path.of("examples"))) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    LintResult lint() {
        return new Helm(folder).lint().strict().call();
    }

    String render(Path... values) {
        return render(Map.of(), values);
    }

    /** Renders with single values as {@code --set} would give them. Throws what Helm says when a value is refused. */
    String render(Map<String, String> single, Path... values) {
        TemplateCommand template = new Helm(folder)
                .template()
                .withName("demo")
                .withNamespace("apps")
                .withKubeVersion("1.31.0");
        for (Path file : values) {
            template.withValuesFile(file);
        }
        single.forEach(template::set);
        return template.call();
    }

    /** What Helm prints after an installation: the notes. */
    String notes(Path values) {
        return new Helm(folder)
                .install()
                .withName("demo")
                .withNamespace("apps")
                .withKubeVersion("1.31.0")
                .withValuesFile(values)
                .clientOnly()
                .dryRun()
                .call()
                .getOutput();
    }

    static List<HasMetadata> parse(String manifests) {
        KubernetesSerialization models = new KubernetesSerialization();
        return DOCUMENT_END
                .splitAsStream(manifests)
                .filter(document -> CONTENT.matcher(document).find())
                .map(document -> (HasMetadata) models.unmarshal(document))
                .toList();
    }
}
