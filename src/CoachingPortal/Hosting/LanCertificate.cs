using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CoachingPortal.Data;

namespace CoachingPortal.Hosting;

/// <summary>
/// <c>--lan</c>: HTTPS on the local network, because browsers give camera and microphone to secure pages alone. The
/// certificate is the portal's own, kept in the data folder; browsers ask once whether to trust it.
/// </summary>
public static class LanCertificate
{
    public const int Port = 5443;

    private static readonly TimeSpan Validity = TimeSpan.FromDays(397); // browsers take no longer one

    internal static void AddLan(this WebApplicationBuilder builder)
    {
        if (!builder.Configuration.GetValue<bool>("Lan:Enabled"))
            return;
        var port = builder.Configuration.GetValue("Lan:Port", Port);
        builder.WebHost.UseUrls($"{builder.Configuration["Urls"]};https://0.0.0.0:{port}");
        var folder = builder.DataFolder();
        builder.WebHost.ConfigureKestrel(k => k.ConfigureHttpsDefaults(h => h.ServerCertificate = Get(folder, Addresses(), DateTimeOffset.UtcNow)));
    }

    /// <summary>The kept certificate while it is valid and names all the addresses; else a new one.</summary>
    internal static X509Certificate2 Get(string folder, IReadOnlyCollection<IPAddress> addresses, DateTimeOffset now)
    {
        var file = Path.Combine(folder, "lan-certificate.pfx");
        if (Read(file) is { } kept)
        {
            if (kept.NotAfter.ToUniversalTime() > now.UtcDateTime.AddDays(7) && Names(kept).IsSupersetOf(addresses))
                return kept;
            kept.Dispose();
        }
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Coaching Portal", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName(Dns.GetHostName());
        foreach (var address in addresses)
            names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1")], false)); // server authentication
        using var made = request.CreateSelfSigned(now.AddDays(-1), now + Validity);
        var bytes = made.Export(X509ContentType.Pkcs12);
        Directory.CreateDirectory(folder);
        var access = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            access.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(file, access))
            stream.Write(bytes);
        return X509CertificateLoader.LoadPkcs12(bytes, null);
    }

    /// <summary>This machine's addresses that another one can reach it by.</summary>
    internal static IReadOnlyList<IPAddress> Addresses() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .Where(n => n.OperationalStatus == OperationalStatus.Up && n.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(n => n.GetIPProperties().UnicastAddresses)
            .Select(a => a.Address)
            .Where(a => a.AddressFamily == AddressFamily.InterNetwork),
        IPAddress.Loopback,
    ];

    /// <summary>What to type into a browser for an address that the server listens on: one for each network of the machine.</summary>
    internal static IEnumerable<string> Reachable(string address) =>
        address.Contains("//0.0.0.0", StringComparison.Ordinal) || address.Contains("//[::]", StringComparison.Ordinal)
            ? Addresses().Select(a => address.Replace("0.0.0.0", a.ToString(), StringComparison.Ordinal).Replace("[::]", a.ToString(), StringComparison.Ordinal))
            : [address];

    private static X509Certificate2? Read(string file)
    {
        try
        {
            return File.Exists(file) ? X509CertificateLoader.LoadPkcs12FromFile(file, null) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static HashSet<IPAddress> Names(X509Certificate2 certificate) =>
        [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(e => e.EnumerateIPAddresses())];
}
