package io.nearside.load.soak;

import io.nearside.load.workload.Requests;
import java.io.IOException;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Writes growing numbers to a few keys of its own through the watched proxy and reads each back: a read that starts after
 * a write was acknowledged must show that number or a greater one, whatever goes wrong meanwhile. What fails is not judged.
 * Runs in a thread of its own until stopped.
 */
final class ReadYourWrites implements Runnable {
    private static final int KEYS = 8;
    private static final int READS = 3;
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final Pattern NUMBER = Pattern.compile("\"n\":\\{\"N\":\"(\\d+)\"");

    private final Stand stand;
    private final Journal journal;
    private final int[] acknowledged = new int[KEYS];
    private volatile boolean stopped;

    ReadYourWrites(Stand stand, Journal journal) {
        this.stand = stand;
        this.journal = journal;
    }

    @Override
    public void run() {
        for (int number = 1; !stopped; number++) {
            int key = number % KEYS;
            try {
                write(key, number);
                for (int read = 0; read < READS; read++) {
                    check(key);
                }
                stand.pause(PAUSE);
            } catch (IOException lost) {
                // A fault that reached the caller: nothing was promised.
            }
        }
    }

    private void write(int key, int number) throws IOException {
        var put = "{\"TableName\":\"" + Requests.TABLE + "\",\"Item\":{\"pk\":{\"S\":\"check" + key
                + "\"},\"n\":{\"N\":\"" + number + "\"}}}";
        if (stand.ask("PutItem", put).statusCode() == 200) {
            acknowledged[key] = number;
        }
    }

    private void check(int key) throws IOException {
        var answer = stand.ask(
                "GetItem", "{\"TableName\":\"" + Requests.TABLE + "\",\"Key\":{\"pk\":{\"S\":\"check" + key + "\"}}}");
        if (answer.statusCode() != 200) {
            return;
        }
        var number = NUMBER.matcher(answer.body());
        journal.read((number.find() ? Integer.parseInt(number.group(1)) : 0) >= acknowledged[key]);
    }

    void stop() {
        stopped = true;
    }
}
