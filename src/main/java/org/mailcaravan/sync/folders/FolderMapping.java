package org.mailcaravan.sync.folders;

import java.util.List;
import org.mailcaravan.imap.ListedFolder;

/**
 * One source folder and the folder that its messages go to.
 *
 * @param source a selectable folder of the source
 * @param destination the full name as text, with the destination's prefix and separator
 * @param notes sentences for the report: what was changed in the name, and why; empty when the
 *     folder keeps its name
 * @param substitutes names to try when the destination refuses to create that one, best first; no
 *     other folder of the map has or may get any of them
 */
public record FolderMapping(
    ListedFolder source, String destination, List<String> notes, List<String> substitutes) {
  public FolderMapping {
    if (destination.isEmpty()) {
      throw new IllegalArgumentException("destination of " + source.name() + " is empty");
    }
    notes = List.copyOf(notes);
    substitutes = List.copyOf(substitutes);
  }

  /** The same folder, which goes to another. */
  public FolderMapping to(String otherDestination) {
    return otherDestination.equals(destination)
        ? this
        : new FolderMapping(source, otherDestination, notes, List.of());
  }
}
