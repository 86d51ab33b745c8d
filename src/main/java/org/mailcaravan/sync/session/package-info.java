/**
 * The connections of one pass, opened when they are needed and again after they were lost, and what
 * the pass counts and notes. Knows waits, suspects and the manners of servers; knows nothing of
 * folders or messages beyond their names and UIDs. Used by all rooms of sync.
 *
 * <p>Steps keep what they find out for later steps in classes of their own, each with a method
 * {@code of(session)}. For the whole pass:
 *
 * <ul>
 *   <li>{@code folders.KnownFolders}: the folders of both sides as they were listed, and their
 *       ledgers; replaced when they are listed again
 *   <li>{@code folders.ReadyFolders}: the destination folders that are made and opened
 *   <li>{@code folders.OtherFolders}: the destination folders that cannot be looked into
 *   <li>{@code folders.StatusTrust}: whether the source's STATUS is believed
 *   <li>{@code messages.Halves}: whether a failed listing is asked for again in halves
 *   <li>{@code copy.FirstTimes}: which steps were done with which folders
 *   <li>{@code copy.AnnouncedSizes}: how far the sizes that the source announces are true
 *   <li>{@code copy.Room}: what still fits into a mailbox that is full
 *   <li>{@code copy.NewConnections}: whether a refused message is tried on a new connection
 *   <li>{@code copy.ByteBudget.Part}: how much mail of the pass may be in memory
 * </ul>
 *
 * <p>Until the folders are listed again:
 *
 * <ul>
 *   <li>{@code copy.Looks}: what the source's folders showed
 *   <li>{@code copy.FiledCopies}: copies that are not where they were put
 *   <li>{@code verify.Comparisons}: the comparisons of folders that are done
 * </ul>
 */
@NullMarked
package org.mailcaravan.sync.session;

import org.jspecify.annotations.NullMarked;
