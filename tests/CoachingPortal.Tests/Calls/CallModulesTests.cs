using CoachingPortal.Calls;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.FileProviders;

namespace CoachingPortal.Tests.Calls;

public sealed class CallModulesTests
{
    [Fact]
    public void First_AsPublishingWroteThem_AndNoneInDevelopment()
    {
        var folder = Directory.CreateTempSubdirectory("modules-");
        try
        {
            using var files = new PhysicalFileProvider(folder.FullName);
            Assert.Empty(new CallModules(new Host(files)).First);

            Directory.CreateDirectory(Path.Combine(folder.FullName, "js", "shared"));
            File.WriteAllText(Path.Combine(folder.FullName, "js", "shared", "preload.json"), """["js/call/boot.js", "js/shared/A1.js"]""");
            Assert.Equal(["js/call/boot.js", "js/shared/A1.js"], new CallModules(new Host(files)).First);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private sealed class Host(IFileProvider web) : IWebHostEnvironment
    {
        public IFileProvider WebRootFileProvider { get; set; } = web;

        public string WebRootPath { get; set; } = "";

        public string ApplicationName { get; set; } = "";

        public IFileProvider ContentRootFileProvider { get; set; } = web;

        public string ContentRootPath { get; set; } = "";

        public string EnvironmentName { get; set; } = "";
    }
}
