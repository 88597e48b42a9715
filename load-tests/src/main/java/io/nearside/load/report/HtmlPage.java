package io.nearside.load.report;

import java.util.List;
import java.util.Locale;

/** One page with everything inside: style, tables, and the latency curves as SVG on logarithmic scales. */
final class HtmlPage {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 340;
    private static final int MARGIN = 60;
    private static final List<String> COLOURS =
            List.of("#2563eb", "#dc2626", "#059669", "#d97706", "#7c3aed", "#0891b2", "#be185d", "#4d7c0f");

    private static final String STYLE = """
            :root{color-scheme:light dark}
            body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
            table{border-collapse:collapse;margin:1rem 0;font-variant-numeric:tabular-nums}
            th,td{padding:.3rem .7rem;text-align:right;border-bottom:1px solid #8884}
            th:first-child,td:first-child{text-align:left}
            li{color:#777}svg{max-width:100%;height:auto}svg text{fill:currentColor;font-size:11px}
            """;

    private HtmlPage() {}

    static String render(String title, List<String> notes, List<Report.Table> tables, List<Report.Curve> curves) {
        var page = new StringBuilder("<!doctype html><html lang=en><meta charset=utf-8>")
                .append("<meta name=viewport content='width=device-width,initial-scale=1'><title>")
                .append(escape(title))
                .append("</title><style>")
                .append(STYLE)
                .append("</style><h1>")
                .append(escape(title))
                .append("</h1><ul>");
        notes.forEach(note -> page.append("<li>").append(escape(note)));
        page.append("</ul>");
        tables.forEach(table -> append(page, table));
        if (!curves.isEmpty()) {
            page.append("<h2>Latency by percentile</h2>").append(plot(curves));
        }
        return page.append("</html>\n").toString();
    }

    private static void append(StringBuilder page, Report.Table table) {
        page.append("<h2>").append(escape(table.title())).append("</h2><table><tr>");
        table.columns().forEach(column -> page.append("<th>").append(escape(column)));
        for (var row : table.rows()) {
            page.append("<tr>");
            row.forEach(cell -> page.append("<td>").append(escape(cell)));
        }
        page.append("</table>");
    }

    private static String plot(List<Report.Curve> curves) {
        double least = curves.stream()
                .flatMap(curve -> curve.micros().stream())
                .mapToDouble(micros -> Math.max(micros, 1))
                .min()
                .orElse(1);
        double most = curves.stream()
                .flatMap(curve -> curve.micros().stream())
                .mapToDouble(micros -> Math.max(micros, 1))
                .max()
                .orElse(10);
        var scale = new LogScale(least, Math.max(most, least * 2));
        int legend = 20 * curves.size();
        var svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg viewBox='0 0 %d %d' role=img aria-label='latency by percentile'>",
                WIDTH,
                HEIGHT + MARGIN + legend));
        axes(svg, scale);
        for (int i = 0; i < curves.size(); i++) {
            curve(svg, scale, curves.get(i), COLOURS.get(i % COLOURS.size()), HEIGHT + MARGIN + 20 * i);
        }
        return svg.append("</svg>").toString();
    }

    private static void axes(StringBuilder svg, LogScale scale) {
        for (int i = 0; i < Report.PERCENTILES.size(); i++) {
            double x = x(i);
            svg.append(String.format(
                    Locale.ROOT,
                    "<line x1='%.1f' x2='%.1f' y1='10' y2='%d' stroke='#8883'/><text x='%.1f' y='%d' text-anchor=middle>%s</text>",
                    x,
                    x,
                    HEIGHT,
                    x,
                    HEIGHT + 18,
                    "p" + trim(Report.PERCENTILES.get(i))));
        }
        for (double tick = Math.pow(10, Math.floor(Math.log10(scale.least))); tick <= scale.most * 1.01; tick *= 10) {
            if (tick >= scale.least * 0.99) {
                svg.append(String.format(
                        Locale.ROOT,
                        "<line x1='%d' x2='%d' y1='%.1f' y2='%.1f' stroke='#8883'/><text x='%d' y='%.1f' text-anchor=end>%s µs</text>",
                        MARGIN,
                        WIDTH - 10,
                        scale.y(tick),
                        scale.y(tick),
                        MARGIN - 6,
                        scale.y(tick) + 4,
                        trim(tick)));
            }
        }
    }

    private static void curve(StringBuilder svg, LogScale scale, Report.Curve curve, String colour, int legendY) {
        var points = new StringBuilder();
        for (int i = 0; i < curve.micros().size(); i++) {
            points.append(String.format(
                    Locale.ROOT,
                    "%.1f,%.1f ",
                    x(i),
                    scale.y(Math.max(curve.micros().get(i), 1))));
        }
        svg.append(String.format(
                Locale.ROOT,
                "<polyline fill=none stroke='%s' stroke-width='2' points='%s'/><rect x='%d' y='%d' width='12' height='12' fill='%s'/><text x='%d' y='%d'>%s</text>",
                colour,
                points,
                MARGIN,
                legendY - 10,
                colour,
                MARGIN + 18,
                legendY,
                escape(curve.name())));
    }

    private static double x(int index) {
        return MARGIN + 20 + index * (WIDTH - MARGIN - 60) / (double) (Report.PERCENTILES.size() - 1);
    }

    private static String trim(double number) {
        return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    /** Maps microseconds to a height on the plot. */
    private record LogScale(double least, double most) {
        double y(double micros) {
            double share = (Math.log(micros) - Math.log(least)) / (Math.log(most) - Math.log(least));
            return HEIGHT - share * (HEIGHT - 10);
        }
    }
}
