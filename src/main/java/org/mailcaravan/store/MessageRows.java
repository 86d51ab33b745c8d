package org.mailcaravan.store;

import java.util.Collection;

/**
 * A table that has at most one row of each source message of a folder pair.
 *
 * @param folderPair its ID
 */
record MessageRows(Database database, String table, String folderPair) {
  void delete(Collection<Long> sourceUids) {
    UidSteps.forEach(
        sourceUids,
        some ->
            database
                .jdbc()
                .sql(
                    "delete from "
                        + table
                        + " where folder_pair_id = :id and source_uid in (:uids)")
                .param("id", folderPair)
                .param("uids", some)
                .update());
  }
}
