package org.mailcaravan.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.model.Where;

/**
 * Where a service answers, and the token that it asks for. Immutable.
 *
 * @param url without a path
 * @param token what {@code Authorization: Bearer} carries
 * @param place how problems name it
 * @param startIt what to do when nothing answers there
 * @param here whether it was found by its data folder, so that it runs on this machine
 */
public record ServicePlace(URI url, Secret token, Where place, String startIt, boolean here) {
  /** Written by a running service into its data folder: its address and process. */
  static final String FILE = "service.json";

  /** The token of a service, in its data folder. */
  static final String TOKEN_FILE = "api.token";

  private static final int LONGEST_FILE = 64 * 1024;

  /** Whether a service has left its address in a data folder; it may have ended since. */
  public static boolean isIn(Path dataFolder) {
    return Files.exists(dataFolder.resolve(FILE));
  }

  /**
   * The service of a data folder.
   *
   * @throws NoService when none runs there
   * @throws RequestRejected when its files cannot be used
   */
  public static ServicePlace in(Path dataFolder) {
    Where place = Where.dataFolder(dataFolder);
    String startIt =
        "Start the service with \"mailcaravan run --data %s\", or name another with --data, or with --url and --token-file."
            .formatted(VisibleText.of(dataFolder.toString()));
    Path file = dataFolder.resolve(FILE);
    JsonNode service;
    try {
      service = new ObjectMapper().readTree(read(file));
    } catch (NoSuchFileException e) {
      throw new NoService(
          place,
          "no service runs there, or its API is off (api.enabled=false): it has no " + FILE,
          startIt);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    long process = service.path("pid").asLong();
    // After a kill the file stays, and somebody else may listen at the port, who is not to get the
    // token.
    if (process > 0 && ProcessHandle.of(process).isEmpty()) {
      throw new NoService(
          place, "no service runs there: its process " + process + " has ended", startIt);
    }
    URI url = url(service.path("url").asText(), Where.file(file));
    return new ServicePlace(
        url, token(dataFolder.resolve(TOKEN_FILE)), Where.url(url.toString()), startIt, true);
  }

  /**
   * A service at an address.
   *
   * @throws RequestRejected when the address or the file cannot be used
   */
  public static ServicePlace at(String url, Path tokenFile) {
    Where place = Where.setting("--url", "--url " + VisibleText.of(url));
    URI address = url(url, place);
    return new ServicePlace(
        address,
        token(tokenFile),
        Where.url(address.toString()),
        "Start the service there with \"mailcaravan run\", or correct --url.",
        false);
  }

  private static URI url(String text, Where place) {
    URI url;
    try {
      url = new URI(text.strip());
    } catch (URISyntaxException e) {
      throw wrong(place, "it is no address", "Write it as in http://127.0.0.1:8480.");
    }
    String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    boolean whole =
        (scheme.equals("http") || scheme.equals("https"))
            && url.getHost() != null
            && url.getUserInfo() == null
            && url.getQuery() == null
            && url.getFragment() == null
            && String.valueOf(url.getPath()).matches("/?");
    if (!whole) {
      throw wrong(
          place,
          "it is not the address of a service",
          "Write it as in http://127.0.0.1:8480: only http or https, a host and a port.");
    }
    if (scheme.equals("http") && !isOfThisMachine(url.getHost())) {
      throw wrong(
          place,
          "the token and passwords would cross the network in plain text",
          "Use https, or an SSH tunnel to the service, and http://127.0.0.1 with the tunnel's port.");
    }
    return URI.create(scheme + "://" + url.getRawAuthority());
  }

  /** Only an address or localhost: what another name leads to is up to others. */
  private static boolean isOfThisMachine(String host) {
    String bare = host.replaceAll("[\\[\\]]", "");
    if (bare.equalsIgnoreCase("localhost")) {
      return true;
    }
    if (!bare.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F.]*:[0-9a-fA-F:.]*")) {
      return false;
    }
    try {
      InetAddress address = InetAddress.getByName(bare);
      return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    } catch (IOException e) {
      return false;
    }
  }

  private static Secret token(Path file) {
    try {
      String token = new String(read(file), StandardCharsets.UTF_8).strip();
      if (!token.matches("[A-Za-z0-9._~+/=-]{16,1000}")) {
        throw wrong(
            Where.file(file),
            "it holds no token",
            "Use the file " + TOKEN_FILE + " in the data folder of the service.");
      }
      return Secret.of(token);
    } catch (NoSuchFileException e) {
      throw wrong(
          Where.file(file),
          "there is no such file",
          "The service makes it in its data folder at the start; name it with --token-file.");
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static byte[] read(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return in.readNBytes(LONGEST_FILE);
    }
  }

  private static RequestRejected unreadable(Path file, IOException e) {
    return wrong(
        Where.file(file),
        "it cannot be read (" + e.getClass().getSimpleName() + ")",
        "Run this command as the user of the service, or as root.");
  }

  private static RequestRejected wrong(Where place, String cause, String nextStep) {
    return new RequestRejected(new Problem(place, cause, Owner.US, nextStep));
  }
}
