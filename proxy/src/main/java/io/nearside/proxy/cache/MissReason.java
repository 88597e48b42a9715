package io.nearside.proxy.cache;

/** Why a look-up found nothing, as far as the last thing that happened to the key tells. */
public enum MissReason {
    /** Nothing is known: never asked for, or so long ago that it is forgotten. */
    ABSENT("absent"),
    /** Its time was over. */
    EXPIRED("expired"),
    /** It made room for others. */
    EVICTED("evicted"),
    /** It was written through this proxy. */
    WRITTEN("written"),
    /** Somebody announced a write, or an operator invalidated it. */
    INVALIDATED("invalidated");

    private final String label;

    MissReason(String label) {
        this.label = label;
    }

    /** The word in metric tags and answers. */
    public String label() {
        return label;
    }
}
