package io.nearside.conflict;

import io.nearside.version.Stamp;
import io.nearside.version.Version;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Which write each attribute of an item comes from, in a table that merges attributes.
 *
 * <p>The base is the version of the last write of the whole item, or of its last deletion; attributes written or removed since have notes. An
 * attribute that was never heard of has the base's version: that write left it away.
 *
 * <p>The binary form of an item without notes is a {@link Stamp} of its base, exactly as on a table where the last writer wins. With notes
 * it is: {@value #TYPE}, the highest version of all, the base, the write id (8), and per note the length of the name in UTF-8 (2), the
 * name, its version, in the order of the names. So equal values written by one write have equal bytes; for the write id see {@link Stamp}.
 *
 * @param base the version of whatever has no note
 * @param notes versions above the base, by attribute
 */
public record AttributeVersions(Version base, Map<String, Version> notes) {
    /** The base of an item of which only some attributes were heard of so far. */
    public static final Version NEVER = new Version(0, 0, 0);

    /** The first byte of the binary form of an item with notes. */
    static final byte TYPE = 2;

    /** An item with more notes than this is better written whole. */
    public static final int MANY_NOTES = 100;

    public AttributeVersions {
        for (Version note : notes.values()) {
            if (!note.isAbove(base)) {
                throw new IllegalArgumentException("a note must be above the base");
            }
        }
        notes = Collections.unmodifiableMap(new TreeMap<>(notes));
    }

    /** An item written whole. */
    public static AttributeVersions whole(Version version) {
        return new AttributeVersions(version, Map.of());
    }

    /** The version of the write that an attribute comes from. */
    public Version of(String attribute) {
        return notes.getOrDefault(attribute, base);
    }

    /** The highest version of all. */
    public Version head() {
        Version head = base;
        for (Version note : notes.values()) {
            head = note.isAbove(head) ? note : head;
        }
        return head;
    }

    /** With these attributes at a version, those of them that are below it. */
    public AttributeVersions raised(Collection<String> attributes, Version version) {
        Map<String, Version> raised = new TreeMap<>(notes);
        for (String attribute : attributes) {
            if (version.isAbove(of(attribute))) {
                raised.put(attribute, version);
            }
        }
        return new AttributeVersions(base, raised);
    }

    /** After a write or a deletion of the whole item: everything below that version is at it. */
    public AttributeVersions raised(Version version) {
        if (!version.isAbove(base)) {
            return this;
        }
        Map<String, Version> raised = new TreeMap<>(notes);
        raised.values().removeIf(note -> !note.isAbove(version));
        return new AttributeVersions(version, raised);
    }

    /** The binary form, with the write id of an applier's write or zero. */
    public byte[] toBytes(long writeId) {
        if (notes.isEmpty()) {
            return new Stamp(base, writeId).toBytes();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(TYPE);
        bytes.writeBytes(head().toBytes());
        bytes.writeBytes(base.toBytes());
        bytes.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(writeId).array());
        notes.forEach((attribute, version) -> {
            byte[] name = attribute.getBytes(UTF_8);
            bytes.write(name.length >>> 8);
            bytes.write(name.length);
            bytes.writeBytes(name);
            bytes.writeBytes(version.toBytes());
        });
        return bytes.toByteArray();
    }

    /** Reads the binary form; null if the bytes are something else. */
    public static @Nullable AttributeVersions ofBytes(byte[] bytes) {
        Stamp stamp = Stamp.ofBytes(bytes);
        if (stamp != null) {
            return whole(stamp.version());
        }
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            if (buffer.get() != TYPE) {
                return null;
            }
            Version head = version(buffer);
            Version base = version(buffer);
            long unused = buffer.getLong();
            Map<String, Version> notes = new TreeMap<>();
            while (buffer.hasRemaining()) {
                byte[] name = new byte[Short.toUnsignedInt(buffer.getShort())];
                buffer.get(name);
                notes.put(new String(name, UTF_8), version(buffer));
            }
            AttributeVersions versions = new AttributeVersions(base, notes);
            return !notes.isEmpty() && head.equals(versions.head()) ? versions : null;
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return null;
        }
    }

    /** The write id in a binary form that {@link #ofBytes} can read. */
    public static long writeId(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getLong(bytes[0] == TYPE ? 1 + 2 * Version.LENGTH : 1 + Version.LENGTH);
    }

    private static Version version(ByteBuffer buffer) {
        byte[] bytes = new byte[Version.LENGTH];
        buffer.get(bytes);
        return Version.ofBytes(bytes);
    }
}
