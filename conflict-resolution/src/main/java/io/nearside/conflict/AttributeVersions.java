package io.nearside.conflict;

import io.nearside.item.AttributeValue;
import io.nearside.item.Bytes;
import io.nearside.item.Item;
import io.nearside.version.Version;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Which write set, changed or removed each attribute of an item: what tables with {@link AttributeMerge} note in one Binary attribute
 * beside the version.
 *
 * <p>{@code birth} is the version of the write that created the item; attributes without a note are as old as the item. A removed
 * attribute keeps its note until the item is deleted, so the notes grow with the number of distinct attribute names that an item
 * ever had, 14 bytes and the name each.
 *
 * <p>Binary form: birth (12 bytes), then by name in ascending order: length of the name (2 bytes), its UTF-8 bytes, version (12 bytes).
 *
 * @param birth the version of the write that created the item
 * @param notes the versions of attributes written since, by name
 */
public record AttributeVersions(Version birth, SortedMap<String, Version> notes) {
    /** The name of the Binary attribute that carries the notes. */
    public static final String ATTRIBUTE = "nearside:a";

    public AttributeVersions {
        Objects.requireNonNull(birth, "birth");
        notes = Collections.unmodifiableSortedMap(new TreeMap<>(notes));
    }

    /**
     * The notes on an item; an item without any was written as a whole.
     *
     * @throws IllegalArgumentException if the attribute holds anything but notes
     */
    public static AttributeVersions of(Item image, Version version) {
        AttributeValue notes = image.get(ATTRIBUTE);
        if (notes == null) {
            return new AttributeVersions(version, Collections.emptySortedMap());
        }
        if (notes instanceof AttributeValue.B binary) {
            return ofBytes(binary.value());
        }
        throw new IllegalArgumentException("the notes on attributes are not Binary");
    }

    /**
     * An item as an application left it, with the notes that say what it changed.
     *
     * @param old the item before the write; null or a deletion if the write created it
     * @param image the item after the write, with or without notes: an application may have dropped them or put back old ones
     * @param version the version that the write gets
     */
    public static Item noted(@Nullable Revision old, Item image, Version version) {
        Item oldImage = old == null ? null : old.image();
        Item plain = image.without(ATTRIBUTE);
        if (old == null || oldImage == null) {
            return plain;
        }
        AttributeVersions before = of(oldImage, old.version());
        SortedMap<String, Version> notes = new TreeMap<>(before.notes);
        for (String name : names(oldImage.without(ATTRIBUTE), plain)) {
            if (!Objects.equals(oldImage.get(name), plain.get(name))) {
                notes.put(name, version);
            }
        }
        return new AttributeVersions(before.birth, notes).on(plain);
    }

    static Set<String> names(Item a, Item b) {
        Set<String> names = new HashSet<>(a.attributes().keySet());
        names.addAll(b.attributes().keySet());
        return names;
    }

    /** The version of the write that left an attribute as it is, or removed it. */
    Version version(String name) {
        return notes.getOrDefault(name, birth);
    }

    /** An item with these notes on it. */
    Item on(Item image) {
        return image.with(ATTRIBUTE, new AttributeValue.B(toBytes()));
    }

    private Bytes toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(birth.toBytes());
        notes.forEach((name, version) -> {
            byte[] utf8 = name.getBytes(UTF_8);
            bytes.write(utf8.length >>> 8);
            bytes.write(utf8.length);
            bytes.writeBytes(utf8);
            bytes.writeBytes(version.toBytes());
        });
        return Bytes.wrap(bytes.toByteArray());
    }

    private static AttributeVersions ofBytes(Bytes bytes) {
        ByteBuffer buffer = bytes.asByteBuffer();
        try {
            Version birth = version(buffer);
            SortedMap<String, Version> notes = new TreeMap<>();
            while (buffer.hasRemaining()) {
                notes.put(name(buffer), version(buffer));
            }
            return new AttributeVersions(birth, notes);
        } catch (BufferUnderflowException | CharacterCodingException e) {
            throw new IllegalArgumentException("the notes on attributes cannot be read", e);
        }
    }

    private static Version version(ByteBuffer buffer) {
        byte[] version = new byte[Version.LENGTH];
        buffer.get(version);
        return Version.ofBytes(version);
    }

    private static String name(ByteBuffer buffer) throws CharacterCodingException {
        byte[] utf8 = new byte[Short.toUnsignedInt(buffer.getShort())];
        buffer.get(utf8);
        return UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    }

    /** For maps of names to versions that are not notes yet. */
    static AttributeVersions of(Version birth, Map<String, Version> notes) {
        return new AttributeVersions(birth, new TreeMap<>(notes));
    }
}
