// SPDX-License-Identifier: Apache-2.0
// Settings and maps of the native engine's objects.
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <cerrno>
#include <cstring>

#include "engine.h"

namespace eyrie {

namespace {
bool IsPerCpu(bpf_map_type type) {
  return type == BPF_MAP_TYPE_PERCPU_ARRAY || type == BPF_MAP_TYPE_PERCPU_HASH || type == BPF_MAP_TYPE_LRU_PERCPU_HASH;
}

std::vector<uint8_t> BytesOf(const Napi::Value& value) {
  const Napi::Uint8Array bytes = value.As<Napi::Uint8Array>();
  return std::vector<uint8_t>(bytes.Data(), bytes.Data() + bytes.ByteLength());
}
}  // namespace

bpf_map* Engine::MapAt(const Napi::CallbackInfo& info) {
  bpf_object* object = ObjectAt(info);
  if (object == nullptr) return nullptr;
  const std::string name = info[1].As<Napi::String>().Utf8Value();
  bpf_map* map = bpf_object__find_map_by_name(object, name.c_str());
  if (map == nullptr) Fail("map", name, ENOENT, "");
  return map;
}

// Finds a global variable in .rodata, .data or .bss through the object's BTF. Valid before load only.
uint8_t* Engine::GlobalAt(bpf_object* object, const std::string& name, size_t* size) {
  const btf* types = bpf_object__btf(object);
  for (const char* section : {".rodata", ".data", ".bss"}) {
    const int id = types == nullptr ? -ENOENT : btf__find_by_name_kind(types, section, BTF_KIND_DATASEC);
    if (id < 0) continue;
    const btf_type* datasec = btf__type_by_id(types, static_cast<uint32_t>(id));
    const btf_var_secinfo* variable = btf_var_secinfos(datasec);
    for (uint32_t i = 0; i < btf_vlen(datasec); i++, variable++) {
      const btf_type* type = btf__type_by_id(types, variable->type);
      if (name != btf__name_by_offset(types, type->name_off)) continue;
      bpf_map* map = nullptr;
      bpf_object__for_each_map(map, object) {
        const char* map_name = bpf_map__name(map);
        const size_t length = strlen(map_name);
        const size_t suffix = strlen(section);
        if (length < suffix || strcmp(map_name + length - suffix, section) != 0) continue;
        size_t map_size = 0;
        // libbpf before 1.6 returns the writable area behind a pointer to const.
        auto* data = const_cast<uint8_t*>(static_cast<const uint8_t*>(bpf_map__initial_value(map, &map_size)));
        if (data == nullptr || variable->offset + variable->size > map_size) return nullptr;
        *size = variable->size;
        return data + variable->offset;
      }
    }
  }
  return nullptr;
}

// (object, name, bytes): false when the object has no such variable.
Napi::Value Engine::SetGlobal(const Napi::CallbackInfo& info) {
  bpf_object* object = ObjectAt(info);
  if (object == nullptr) return info.Env().Undefined();
  const std::string name = info[1].As<Napi::String>().Utf8Value();
  const std::vector<uint8_t> bytes = BytesOf(info[2]);
  size_t size = 0;
  uint8_t* at = GlobalAt(object, name, &size);
  if (at == nullptr) return Napi::Boolean::New(info.Env(), false);
  if (bytes.size() != size) return Fail("setting", name, EMSGSIZE, "");
  memcpy(at, bytes.data(), size);
  return Napi::Boolean::New(info.Env(), true);
}

Napi::Value Engine::SetMaxEntries(const Napi::CallbackInfo& info) {
  bpf_map* map = MapAt(info);
  if (map == nullptr) return info.Env().Undefined();
  const int error = bpf_map__set_max_entries(map, info[2].As<Napi::Number>().Uint32Value());
  if (error != 0) return Fail("map", bpf_map__name(map), error, "");
  return info.Env().Undefined();
}

// (object, map, fromObject): before load, share the map of the same name of an object loaded earlier.
Napi::Value Engine::ReuseMap(const Napi::CallbackInfo& info) {
  bpf_map* map = MapAt(info);
  if (map == nullptr) return info.Env().Undefined();
  const uint32_t from = info[2].As<Napi::Number>().Uint32Value();
  bpf_map* source =
      from < objects_.size() ? bpf_object__find_map_by_name(objects_[from], bpf_map__name(map)) : nullptr;
  if (source == nullptr) return Fail("map", bpf_map__name(map), ENOENT, "");
  const int error = bpf_map__reuse_fd(map, bpf_map__fd(source));
  if (error != 0) return Fail("map", bpf_map__name(map), error, "");
  return info.Env().Undefined();
}

Napi::Value Engine::MapUpdate(const Napi::CallbackInfo& info) {
  bpf_map* map = MapAt(info);
  if (map == nullptr) return info.Env().Undefined();
  const std::vector<uint8_t> key = BytesOf(info[2]);
  std::vector<uint8_t> value = BytesOf(info[3]);
  if (key.size() != bpf_map__key_size(map) || value.size() != bpf_map__value_size(map)) {
    return Fail("map-size", bpf_map__name(map), EMSGSIZE, "");
  }
  const int error = bpf_map_update_elem(bpf_map__fd(map), key.data(), value.data(), BPF_ANY);
  if (error != 0) return Fail("map-update", bpf_map__name(map), error, "");
  return info.Env().Undefined();
}

// (object, map, key): false when there was no such key.
Napi::Value Engine::MapDelete(const Napi::CallbackInfo& info) {
  bpf_map* map = MapAt(info);
  if (map == nullptr) return info.Env().Undefined();
  const std::vector<uint8_t> key = BytesOf(info[2]);
  if (key.size() != bpf_map__key_size(map)) return Fail("map-size", bpf_map__name(map), EMSGSIZE, "");
  const int error = bpf_map_delete_elem(bpf_map__fd(map), key.data());
  if (error != 0 && error != -ENOENT) return Fail("map-update", bpf_map__name(map), error, "");
  return Napi::Boolean::New(info.Env(), error == 0);
}

// (object, map, key): the value, one after the other for each possible CPU in per-CPU maps; undefined when absent.
Napi::Value Engine::MapLookup(const Napi::CallbackInfo& info) {
  bpf_map* map = MapAt(info);
  if (map == nullptr) return info.Env().Undefined();
  const std::vector<uint8_t> key = BytesOf(info[2]);
  if (key.size() != bpf_map__key_size(map)) return Fail("map-size", bpf_map__name(map), EMSGSIZE, "");
  size_t size = bpf_map__value_size(map);
  if (IsPerCpu(bpf_map__type(map))) {
    const int cpus = libbpf_num_possible_cpus();
    if (cpus < 0) return Fail("map", bpf_map__name(map), cpus, "");
    size = ((size + 7) & ~size_t{7}) * static_cast<size_t>(cpus);
  }
  Napi::Buffer<uint8_t> value = Napi::Buffer<uint8_t>::New(info.Env(), size);
  const int error = bpf_map_lookup_elem(bpf_map__fd(map), key.data(), value.Data());
  if (error == -ENOENT) return info.Env().Undefined();
  if (error != 0) return Fail("map", bpf_map__name(map), error, "");
  return value;
}

Napi::Value Engine::MapKeys(const Napi::CallbackInfo& info) {
  bpf_map* map = MapAt(info);
  if (map == nullptr) return info.Env().Undefined();
  const size_t size = bpf_map__key_size(map);
  Napi::Array keys = Napi::Array::New(info.Env());
  std::vector<uint8_t> key(size);
  const void* previous = nullptr;
  const uint32_t most = bpf_map__max_entries(map);
  for (uint32_t i = 0; i < most && bpf_map_get_next_key(bpf_map__fd(map), previous, key.data()) == 0; i++) {
    keys.Set(i, Napi::Buffer<uint8_t>::Copy(info.Env(), key.data(), size));
    previous = key.data();
  }
  return keys;
}

Napi::Value Engine::MapFd(const Napi::CallbackInfo& info) {
  const bpf_map* map = MapAt(info);
  if (map == nullptr) return info.Env().Undefined();
  return Napi::Number::New(info.Env(), bpf_map__fd(map));
}

}  // namespace eyrie
