{
  "targets": [
    {
      "target_name": "eyrie_bpf",
      "sources": [
        "addon.cpp",
        "engine.cpp",
        "engine_maps.cpp",
        "engine_programs.cpp",
        "libbpf_log.cpp",
        "producer.cpp",
        "reader.cpp",
        "ring.cpp",
        "slab_pool.cpp",
        "tracepoint.cpp",
        "uprobe_link.cpp"
      ],
      "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")", "../include"],
      "defines": ["NAPI_VERSION=9", "NAPI_DISABLE_CPP_EXCEPTIONS", "NODE_ADDON_API_DISABLE_DEPRECATED"],
      "cflags_cc": ["-std=c++20", "-Wall", "-Wextra", "-Wno-unused-parameter", "-fvisibility=hidden", "-O2"],
      "cflags_cc!": ["-fno-rtti", "-std=gnu++20"],
      "libraries": ["-lbpf", "-lelf", "-lz"]
    }
  ]
}
