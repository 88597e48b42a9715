package io.nearside.proxy.operation;

import io.nearside.proxy.name.TableArn;
import io.nearside.proxy.name.TableNames;
import org.jspecify.annotations.Nullable;

/**
 * Tells by their ARNs the tables of the account and region that this proxy stands before from those of others, which may have
 * the same names. The ARN that DescribeTable gives for one table says what all of them have in front of their names; until the
 * first is described nothing is certain. Safe from any thread.
 */
final class OwnTables {

    /** Whose a table is. */
    enum Owner {
        /** This account's, in this region. */
        OWN,
        /** Another account's or region's: nothing here is about it. */
        FOREIGN,
        /** No table has been described yet. */
        UNKNOWN
    }

    /** DynamoDB Local's own account and region; it takes an ARN of any other for its own table of that name. */
    private static final String LOCAL = "arn:aws:dynamodb:ddblocal:";

    private volatile @Nullable String account;

    /** DescribeTable of a table of this name told its ARN; empty where a compatible endpoint gives none. */
    void described(String name, String arn) {
        TableArn told = TableArn.parse(arn);
        if (told != null && told.isTable() && told.name().equals(name)) {
            account = told.account();
        }
    }

    Owner of(TableArn arn) {
        String own = account;
        if (own == null) {
            return Owner.UNKNOWN;
        }
        return arn.account().equals(own) || own.startsWith(LOCAL) ? Owner.OWN : Owner.FOREIGN;
    }

    /** The name of the own table that a request names by name or ARN; null for any other and any that is in doubt. */
    @Nullable String certain(String nameOrArn) {
        return name(nameOrArn, false);
    }

    /** The name of the own table that a request may name by name or ARN; null only if it certainly names none. */
    @Nullable String possible(String nameOrArn) {
        return name(nameOrArn, true);
    }

    private @Nullable String name(String nameOrArn, boolean inDoubt) {
        if (TableNames.isPlain(nameOrArn)) {
            return nameOrArn;
        }
        TableArn arn = TableArn.parse(nameOrArn);
        Owner owner = arn == null || !arn.isTable() ? Owner.FOREIGN : of(arn);
        boolean named = owner == Owner.OWN || (inDoubt && owner == Owner.UNKNOWN);
        return arn != null && named ? arn.name() : null;
    }
}
