package org.mailcaravan.model;

import java.util.List;

/**
 * What became of one file of contacts or events.
 *
 * @param file its name without folder
 * @param imported resources newly stored
 * @param alreadyThere resources that the destination had from before
 * @param refused one for each resource that could not be stored
 */
public record ImportResult(String file, int imported, int alreadyThere, List<Problem> refused) {
  public ImportResult {
    refused = List.copyOf(refused);
  }
}
