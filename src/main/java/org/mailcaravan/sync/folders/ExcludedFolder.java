package org.mailcaravan.sync.folders;

import org.mailcaravan.imap.ListedFolder;

/**
 * A source folder that is not copied.
 *
 * @param reason a sentence for the report
 */
public record ExcludedFolder(ListedFolder folder, String reason) {}
