package org.mailcaravan.model;

import java.util.List;

/**
 * What became of one file of contacts or events, or of one collection of the old provider.
 *
 * @param file its name without folder, or the name of the collection at the source
 * @param collection the name of the address book or calendar that it went into; empty when there
 *     was none
 * @param imported resources newly stored
 * @param alreadyThere resources that the destination had before
 * @param updated resources that were replaced by a newer version
 * @param kept resources that the user changed or deleted at the destination, and that were left
 *     alone
 * @param repeated resources that are in the files more than once
 * @param refused one for each resource that could not be stored
 * @param notes sentences about what nobody needs to fix
 */
public record ImportResult(
    String file,
    String collection,
    int imported,
    int alreadyThere,
    int updated,
    int kept,
    int repeated,
    List<Problem> refused,
    List<String> notes) {
  public ImportResult {
    // Results that earlier versions stored have neither.
    collection = collection == null ? "" : collection;
    refused = List.copyOf(refused);
    notes = notes == null ? List.of() : List.copyOf(notes);
  }
}
