using System.Net;
using System.Security.Cryptography.X509Certificates;
using CoachingPortal.Hosting;

namespace CoachingPortal.IntegrationTests.Hosting;

public sealed class LanCertificateTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly IPAddress[] Home = [IPAddress.Parse("192.168.7.20"), IPAddress.Loopback];

    private readonly string folder = Directory.CreateTempSubdirectory("portal-lan-").FullName;

    private string KeptIn => Path.Combine(folder, "lan-certificate.pfx");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Get_FirstTime_NamesEveryAddressAndIsForServersAlone()
    {
        using var certificate = LanCertificate.Get(folder, Home, Now);

        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        Assert.Equal(Home.Order(ByText), names.EnumerateIPAddresses().Order(ByText));
        Assert.Contains("localhost", names.EnumerateDnsNames());
        Assert.Contains(Dns.GetHostName(), names.EnumerateDnsNames());
        Assert.True(certificate.MatchesHostname("192.168.7.20"));
        Assert.True(certificate.HasPrivateKey);
        Assert.False(certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.InRange(certificate.NotAfter - certificate.NotBefore, TimeSpan.FromDays(300), TimeSpan.FromDays(398)); // browsers refuse longer ones
    }

    [Fact]
    public void Get_FirstTime_IsReadableByItsOwnerAlone()
    {
        LanCertificate.Get(folder, Home, Now).Dispose();

        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeptIn));
    }

    [Fact]
    public void Get_NextStart_IsTheSame() => Assert.Equal(Thumbprint(Home, Now), Thumbprint(Home, Now.AddDays(30)));

    [Fact]
    public void Get_FewerAddresses_IsTheSame() => Assert.Equal(Thumbprint(Home, Now), Thumbprint([IPAddress.Loopback], Now));

    [Fact]
    public void Get_AnotherNetwork_IsNew() => Assert.NotEqual(Thumbprint(Home, Now), Thumbprint([IPAddress.Parse("10.0.0.5")], Now));

    [Fact]
    public void Get_AboutToRunOut_IsNew() => Assert.NotEqual(Thumbprint(Home, Now), Thumbprint(Home, Now.AddDays(395)));

    [Fact]
    public void Get_FileDamaged_IsNew()
    {
        var first = Thumbprint(Home, Now);
        File.WriteAllText(KeptIn, "not a certificate");

        Assert.NotEqual(first, Thumbprint(Home, Now));
    }

    private static Comparer<IPAddress> ByText => Comparer<IPAddress>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()));

    private string Thumbprint(IPAddress[] addresses, DateTimeOffset now)
    {
        using var certificate = LanCertificate.Get(folder, addresses, now);
        return certificate.Thumbprint;
    }
}
