package org.mailcaravan.model;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A good row of a request, every default filled in.
 *
 * @param row its place in the request, counted from 1 without the header
 * @param line the line of the file it begins on, as in {@link RowProblem#line}
 * @param destinationPassword null when the request gives none
 * @param contacts an existing file, absolute, or null
 * @param calendar an existing file, absolute, or null
 */
public record RequestRow(
    int row,
    int line,
    String sourceAddress,
    Secret sourcePassword,
    Server source,
    String sourceUsername,
    String destinationAddress,
    @Nullable Secret destinationPassword,
    @Nullable Path contacts,
    @Nullable Path calendar) {}
