package io.nearside.helm;

import io.nearside.proxy.metrics.Metric;
import io.nearside.replicator.capture.CaptureMetrics;
import io.nearside.replicator.metrics.ReplicatorMetrics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names and tags under which Prometheus sees the metrics of both catalogues, and a check of texts that use them. */
final class MetricNames {

    /** A name of ours, with the selectors in braces behind it if there are any. */
    private static final Pattern USE =
            Pattern.compile("\\b(nearside_(?:proxy|replicator)_[a-z_]*[a-z])\\b(?:\\{([^}]*)})?");

    private static final Pattern SELECTOR = Pattern.compile("([a-z_]+)\\s*(?:=|!=|=~|!~)\\s*\"");

    /** Added by Prometheus, and the bucket bound of histograms. */
    private static final Set<String> EVERYWHERE = Set.of("job", "instance", "namespace", "pod", "region", "le");

    private final Map<String, Set<String>> tagsByName = new TreeMap<>();

    MetricNames() {
        for (Metric metric : Metric.values()) {
            switch (metric.kind()) {
                case COUNTER -> add(metric.meterName() + "_total", metric.tags());
                case GAUGE -> add(metric.meterName(), metric.tags());
                case TIMER -> addDistribution(metric.meterName() + "_seconds", metric.tags());
                case SUMMARY -> addDistribution(metric.meterName(), metric.tags());
            }
        }
        ReplicatorMetrics.CATALOGUE.forEach(this::add);
        CaptureMetrics.CATALOGUE.forEach(this::add);
    }

    private void add(io.nearside.replicator.metrics.Metric metric) {
        switch (metric.type()) {
            case COUNTER, GAUGE -> add(metric.name(), metric.tags());
            case HISTOGRAM -> addDistribution(metric.name(), metric.tags());
        }
    }

    /** What a text says about metrics that is not so; names in {@code besides} are made elsewhere. */
    List<String> mistakes(String text, String... besides) {
        List<String> mistakes = new ArrayList<>();
        Matcher use = USE.matcher(text);
        while (use.find()) {
            Set<String> tags = tagsByName.get(use.group(1));
            if (tags != null) {
                unknownTags(use.group(1), use.group(2) == null ? "" : use.group(2), tags, mistakes);
            } else if (!List.of(besides).contains(use.group(1))) {
                mistakes.add("no metric is called " + use.group(1));
            }
        }
        return mistakes;
    }

    /** Every name, as Prometheus shows it. */
    Collection<String> all() {
        return tagsByName.keySet();
    }

    private void unknownTags(String name, String selectors, Set<String> tags, List<String> mistakes) {
        Matcher selector = SELECTOR.matcher(selectors);
        while (selector.find()) {
            if (!tags.contains(selector.group(1)) && !EVERYWHERE.contains(selector.group(1))) {
                mistakes.add(name + " has no tag " + selector.group(1));
            }
        }
    }

    private void addDistribution(String name, List<String> tags) {
        for (String part : List.of("_bucket", "_count", "_sum", "_max")) {
            add(name + part, tags);
        }
        // In prose and in code that appends the part itself.
        add(name, tags);
    }

    private void add(String name, List<String> tags) {
        tagsByName.put(name, new HashSet<>(tags));
    }
}
