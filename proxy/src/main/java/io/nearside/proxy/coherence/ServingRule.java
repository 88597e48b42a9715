package io.nearside.proxy.coherence;

/** Whether cached answers may be given right now: not while this node does not hear what others write. */
@FunctionalInterface
public interface ServingRule {

    /** Without a bus nothing tells what others wrote, and entries live until their TTL. */
    ServingRule TTL_ONLY = ageMillis -> true;

    /**
     * Whether a cached answer of this age may be given. Called for every hit; takes no lock.
     *
     * @param ageMillis how long ago DynamoDB gave the answer
     */
    boolean mayServe(long ageMillis);
}
