package org.mailcaravan.console;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.mailcaravan.clients.ClientFiles;
import org.mailcaravan.clients.ClientFiles.ClientFile;

/**
 * The settings of mail programs: for our own programs below {@code /api/v1}, and where mail
 * programs ask for them. Those have no token, and need none: what they get comes from the
 * configuration, is the same for each domain, and says nothing of who is a customer.
 */
final class ClientPages implements ServerPart {
  private static final int MOST_OF_QUESTION = 16 << 10;
  private static final String ADDRESS = "emailaddress";

  /** The web server in front says here which host was asked. */
  private static final String ASKED_HOST = "X-Forwarded-Host";

  private final ClientFiles files;

  ClientPages(ClientFiles files) {
    this.files = files;
  }

  /** Whether a call is one of a mail program. */
  static boolean isOpen(HttpServerRequest request) {
    String path = request.path();
    return HttpMethod.GET.equals(request.method())
        ? Paths.AUTOCONFIG.equals(path) || Paths.WELL_KNOWN_AUTOCONFIG.equals(path)
        : HttpMethod.POST.equals(request.method()) && Paths.AUTODISCOVER.equalsIgnoreCase(path);
  }

  @Override
  public void addTo(Router router) {
    router.get(Paths.CLIENTS).handler(call -> answer(call, () -> file(call)));
    for (String path : Set.of(Paths.AUTOCONFIG, Paths.WELL_KNOWN_AUTOCONFIG)) {
      router.get(path).handler(call -> answer(call, () -> autoconfig(call)));
    }
    router
        .postWithRegex("(?i)" + Pattern.quote(Paths.AUTODISCOVER))
        .handler(BodyHandler.create(false).setBodyLimit(MOST_OF_QUESTION))
        .handler(call -> answer(call, () -> autodiscover(call)));
  }

  private Optional<ClientFile> file(RoutingContext call) {
    Query query = Query.of(call.request().query(), Set.of(ADDRESS));
    return files.one(call.pathParam("domain"), call.pathParam("file"), query.one(ADDRESS));
  }

  /** A program need not tell the address: it has asked the host {@code autoconfig.DOMAIN} then. */
  private Optional<ClientFile> autoconfig(RoutingContext call) {
    String address = Query.of(call.request().query(), Set.of(ADDRESS)).one(ADDRESS);
    if (address != null) {
      return files.autoconfig(address);
    }
    String host = call.request().getHeader(ASKED_HOST);
    return host == null
        ? Optional.empty()
        : files.one(host.replaceFirst("(?i)^autoconfig\\.", ""), ClientFiles.AUTOCONFIG, null);
  }

  private Optional<ClientFile> autodiscover(RoutingContext call) {
    return call.body().buffer() == null
        ? Optional.empty()
        : files.autodiscover(call.body().buffer().getBytes());
  }

  private interface Work {
    Optional<ClientFile> answer();
  }

  private static void answer(RoutingContext call, Work work) {
    try {
      ClientFile file =
          work.answer()
              .orElseThrow(
                  () ->
                      new ApiError(
                          404,
                          "not-found",
                          "there are no settings of mail programs for this domain or address, or no such file",
                          "Check the domain, and clients.imap-server and clients.smtp-server in the"
                              + " configuration."));
      Replies.send(call, 200, file.type(), file.octets());
    } catch (ApiError e) {
      Replies.error(call, e);
    }
  }
}
