package io.nearside.proxy.expression;

import org.jspecify.annotations.Nullable;

/**
 * One projection of one item: reads the item's JSON once, copies the parts asked for as they are, and takes back what it
 * wrote for a map or list in which nothing was found.
 *
 * <p>What is written is a part of what was read, so it always fits into as many bytes.
 */
final class ItemProjector {
    private final byte[] json;
    private final ItemCursor cursor;
    private final byte[] target;
    private int end;

    ItemProjector(byte[] json, int from, int to, byte[] target, int targetFrom) {
        this.json = json;
        this.cursor = new ItemCursor(json, from, to);
        this.target = target;
        this.end = targetFrom;
    }

    /** Projects the whole item; returns where the target ends. */
    int project(ProjectionNode root) {
        attributes(root);
        return end;
    }

    /** An object of attributes: the item, or the inside of a map. Returns whether anything was found. */
    private boolean attributes(ProjectionNode node) {
        boolean found = false;
        cursor.expect('{');
        write('{');
        if (!cursor.accept('}')) {
            do {
                found |= attribute(node, found);
            } while (cursor.accept(','));
            cursor.expect('}');
        }
        write('}');
        return found;
    }

    private boolean attribute(ProjectionNode node, boolean follows) {
        cursor.peek();
        int nameStart = cursor.position();
        cursor.skipString();
        int nameEnd = cursor.position();
        cursor.expect(':');
        ProjectionNode wanted = child(node, nameStart + 1, nameEnd - 1);
        if (wanted == null) {
            cursor.skipValue();
            return false;
        }
        int before = end;
        if (follows) {
            write(',');
        }
        copy(nameStart, nameEnd);
        write(':');
        return value(wanted) || undo(before);
    }

    private @Nullable ProjectionNode child(ProjectionNode node, int nameFrom, int nameTo) {
        for (int i = nameFrom; i < nameTo; i++) {
            if (json[i] == '\\') {
                byte[] name = ItemCursor.unescape(json, nameFrom, nameTo);
                return node.attribute(name, 0, name.length);
            }
        }
        return node.attribute(json, nameFrom, nameTo);
    }

    /** A typed value, <code>{"M":{...}}</code>. Returns whether anything of it was found and written. */
    private boolean value(ProjectionNode wanted) {
        cursor.peek();
        int start = cursor.position();
        if (wanted.isWhole()) {
            cursor.skipValue();
            copy(start, cursor.position());
            return true;
        }
        cursor.expect('{');
        cursor.peek();
        int typeStart = cursor.position();
        cursor.skipString();
        int typeEnd = cursor.position();
        cursor.expect(':');
        write('{');
        copy(typeStart, typeEnd);
        write(':');
        boolean found = inside(wanted, typeEnd - typeStart == 3 ? json[typeStart + 1] : 0);
        write('}');
        cursor.expect('}');
        return found;
    }

    private boolean inside(ProjectionNode wanted, byte type) {
        if (type == 'M' && wanted.wantsMap()) {
            return attributes(wanted);
        }
        if (type == 'L' && wanted.wantsList()) {
            return elements(wanted);
        }
        cursor.skipValue();
        return false;
    }

    private boolean elements(ProjectionNode node) {
        boolean found = false;
        cursor.expect('[');
        write('[');
        if (!cursor.accept(']')) {
            int index = 0;
            do {
                found |= element(node.element(index++), found);
            } while (cursor.accept(','));
            cursor.expect(']');
        }
        write(']');
        return found;
    }

    private boolean element(@Nullable ProjectionNode wanted, boolean follows) {
        if (wanted == null) {
            cursor.skipValue();
            return false;
        }
        int before = end;
        if (follows) {
            write(',');
        }
        return value(wanted) || undo(before);
    }

    private boolean undo(int before) {
        end = before;
        return false;
    }

    private void write(char symbol) {
        target[end++] = (byte) symbol;
    }

    private void copy(int from, int to) {
        System.arraycopy(json, from, target, end, to - from);
        end += to - from;
    }
}
