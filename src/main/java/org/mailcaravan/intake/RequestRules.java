package org.mailcaravan.intake;

import java.nio.file.Path;
import java.util.List;

/**
 * What a request may and must hold under the present configuration.
 *
 * @param destinationPasswordRequired whether each row needs a destination_password
 * @param hasCardDav whether contacts can be imported
 * @param hasCalDav whether calendars can be imported
 * @param allowedFolders folders in which contacts and calendars may be named by an absolute path
 */
public record RequestRules(
    boolean destinationPasswordRequired,
    boolean hasCardDav,
    boolean hasCalDav,
    List<Path> allowedFolders) {
  public RequestRules {
    allowedFolders = List.copyOf(allowedFolders);
  }
}
